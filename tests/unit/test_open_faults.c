/* Opening by an address, with each allocation failing in turn. */
#include "check.h"
#include "duplex.h"
#include "each_allocation.h"

#include <stdio.h>
#include <unistd.h>

static firth_err open_and_free(const char *uri)
{
    firth_stream *stream = NULL;
    firth_err err = firth_open(&stream, uri, 20);
    if ((stream == NULL) != (err != FIRTH_OK))
        return FIRTH_E_INVALID;
    firth_stream_free(stream);
    return err;
}

static firth_err over_tcp(void)
{
    firth_listener *listener;
    char uri[64];
    firth_err err = firth_listener_listen(&listener, "127.0.0.1", 0, NULL);
    if (err != FIRTH_OK)
        return err;
    snprintf(uri, sizeof uri, "tcp://127.0.0.1:%d?nodelay=no&ipv6=no",
             firth_listener_port(listener));
    err = open_and_free(uri);
    firth_listener_free(listener);
    return err;
}

static void opening_tcp(void **state)
{
    (void)state;
    fail_each_allocation(over_tcp, false);
}

static firth_err over_descriptors(void)
{
    int sockets[2];
    char uri[64];
    open_sockets(OVER_UNIX, sockets);
    snprintf(uri, sizeof uri, "fd:%d", sockets[0]);
    firth_err err = open_and_free(uri);
    if (err != FIRTH_OK)
        close(sockets[0]);
    close(sockets[1]);
    return err;
}

static void opening_descriptors_leaves_them_open_if_it_fails(void **state)
{
    (void)state;
    fail_each_allocation(over_descriptors, false);
}

static firth_err over_a_process(void)
{
    return open_and_free("exec:true?arg=x&arg=y&env=A=b&cwd=/&stderr=discard");
}

static void opening_a_process(void **state)
{
    (void)state;
    fail_each_allocation(over_a_process, true);
}

/* As far as to the file that is not there. */
static firth_err to_no_authority(void)
{
    firth_err err = open_and_free("tls://127.0.0.1:1?ca_certs=/nowhere/at/all&ssl_version=TLSv1.3");
    return err == FIRTH_E_FILE_NOT_FOUND ? FIRTH_OK : err;
}

static void opening_tls(void **state)
{
    (void)state;
    fail_each_allocation(to_no_authority, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_tcp),
        cmocka_unit_test(opening_descriptors_leaves_them_open_if_it_fails),
        cmocka_unit_test(opening_a_process),
        cmocka_unit_test(opening_tls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
