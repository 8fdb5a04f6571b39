/* Addresses that lead through a hop: what the hop is asked for. */
#include "check.h"
#include "child.h"
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SOCKS_REQUEST "\x05\x01\x00\x03\x0etarget.example\x00\x50"
#define SOCKS_GRANTED "\x05\x00\x00\x01\0\0\0\0\0\0"
#define HTTP_REQUEST "CONNECT target.example:80 HTTP/1.1\r\nHost: target.example:80\r\n"
#define HTTP_GRANTED "HTTP/1.1 200 OK\r\n\r\n"

/* Opens an address that is written with the port of the script. */
static void check_opens(script *proxy, const char *form)
{
    char uri[256], text[5];
    firth_stream *stream;
    snprintf(uri, sizeof uri, form, proxy->port);
    CHECK_OK(firth_open(&stream, uri, 20));
    CHECK_OK(firth_stream_read(stream, text, 5, 20));
    assert_memory_equal(text, "brine", 5);
    firth_stream_free(stream);
    end_script(proxy);
}

static void a_socks_proxy_is_asked_for_the_target(void **state)
{
    script proxy;
    (void)state;
    START_SCRIPT(&proxy, HEAR_BYTES("\x05\x01\x00"), SAY_BYTES("\x05\x00"),
                 HEAR_BYTES(SOCKS_REQUEST), SAY_BYTES(SOCKS_GRANTED "brine"));
    check_opens(&proxy, "socks5://127.0.0.1:%d/target.example:80");
}

static void a_socks_proxy_is_given_user_and_password(void **state)
{
    script proxy;
    (void)state;
    START_SCRIPT(&proxy, HEAR_BYTES("\x05\x02\x00\x02"), SAY_BYTES("\x05\x02"),
                 HEAR_BYTES("\x01\x02me\x07se:cr@t"), SAY_BYTES("\x01\x00"),
                 HEAR_BYTES(SOCKS_REQUEST), SAY_BYTES(SOCKS_GRANTED "brine"));
    check_opens(&proxy, "socks5://me:se:cr%%40t@127.0.0.1:%d/target.example:80?nodelay=no");
}

static void an_http_proxy_is_asked_for_the_target(void **state)
{
    script proxy;
    (void)state;
    START_SCRIPT(&proxy, HEAR_BYTES(HTTP_REQUEST "\r\n"), SAY_BYTES(HTTP_GRANTED "brine"));
    check_opens(&proxy, "http-connect://127.0.0.1:%d/target.example:80");
}

static void an_http_proxy_is_given_user_and_password(void **state)
{
    script proxy;
    (void)state;
    START_SCRIPT(&proxy, HEAR_BYTES(HTTP_REQUEST "Proxy-Authorization: Basic bWU6c2VjcmV0\r\n\r\n"),
                 SAY_BYTES(HTTP_GRANTED "brine"));
    check_opens(&proxy, "http-connect://me:secret@127.0.0.1:%d/target.example:80");
}

static void a_hop_that_says_nothing_takes_no_more_than_the_time(void **state)
{
    const char *const schemes[] = {"socks5", "http-connect"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        script proxy;
        firth_stream *stream;
        char uri[256];
        START_SCRIPT(&proxy, i == 0 ? HEAR_BYTES("\x05\x01\x00") : HEAR_BYTES(HTTP_REQUEST "\r\n"));
        snprintf(uri, sizeof uri, "%s://127.0.0.1:%d/target.example:80", schemes[i], proxy.port);
        CHECK_FAILS(TIMEOUT, firth_open(&stream, uri, 0.05));
        assert_null(stream);
        end_script(&proxy);
    }
}

typedef struct files {
    char folder[SCRATCH_PATH];
    char program[SCRATCH_PATH + 16];   /* plays ssh: writes its arguments down, and says no */
    char arguments[SCRATCH_PATH + 16]; /* where it does */
    char identity[SCRATCH_PATH + 16], known_hosts[SCRATCH_PATH + 16], config[SCRATCH_PATH + 16];
} files;

static void write_file(char path[SCRATCH_PATH + 16], const char *folder, const char *name,
                       const char *text)
{
    snprintf(path, SCRATCH_PATH + 16, "%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0700), 0);
}

static void make_files(files *self)
{
    char program[256];
    make_scratch(self->folder);
    snprintf(program, sizeof program,
             "#!/bin/sh\necho \"$@\" > '%s/arguments'\necho no >&2\nexit 255\n", self->folder);
    write_file(self->program, self->folder, "ssh", program);
    write_file(self->arguments, self->folder, "arguments", "");
    write_file(self->identity, self->folder, "identity", "");
    write_file(self->known_hosts, self->folder, "hosts", "");
    write_file(self->config, self->folder, "config", "");
}

static void remove_files(const files *self)
{
    assert_int_equal(remove(self->program), 0);
    assert_int_equal(remove(self->arguments), 0);
    assert_int_equal(remove(self->identity), 0);
    assert_int_equal(remove(self->known_hosts), 0);
    assert_int_equal(remove(self->config), 0);
    remove_scratch(self->folder);
}

/* As the only program in PATH but for those of the system. */
static void refuse_by_ssh(const files *self, const char *uri)
{
    firth_stream *stream;
    char search[SCRATCH_PATH + 16], *before = strdup(getenv("PATH"));
    snprintf(search, sizeof search, "%s:/bin", self->folder);
    assert_int_equal(setenv("PATH", search, 1), 0);
    CHECK_FAILS(TUNNEL, firth_open(&stream, uri, 20));
    CHECK_DETAIL("no");
    assert_int_equal(setenv("PATH", before, 1), 0);
    free(before);
}

static void check_argument(const files *self, const char *text)
{
    char all[4096];
    FILE *file = fopen(self->arguments, "re");
    assert_non_null(file);
    all[fread(all, 1, sizeof all - 1, file)] = '\0';
    fclose(file);
    if (strstr(all, text) == NULL)
        fail_msg("%s is not among the arguments: %s", text, all);
}

static void ssh_is_given_user_port_files_and_target(void **state)
{
    files self;
    char uri[1024];
    (void)state;
    make_files(&self);
    snprintf(uri, sizeof uri,
             "ssh://me@gate.example:2222/target.example:80?identity_file=%s&known_hosts=%s"
             "&config_file=%s",
             self.identity, self.known_hosts, self.config);
    refuse_by_ssh(&self, uri);
    check_argument(&self, "me");
    check_argument(&self, "2222");
    check_argument(&self, "gate.example");
    check_argument(&self, "target.example:80");
    check_argument(&self, self.identity);
    check_argument(&self, self.known_hosts);
    check_argument(&self, self.config);
    remove_files(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socks_proxy_is_asked_for_the_target),
        cmocka_unit_test(a_socks_proxy_is_given_user_and_password),
        cmocka_unit_test(an_http_proxy_is_asked_for_the_target),
        cmocka_unit_test(an_http_proxy_is_given_user_and_password),
        cmocka_unit_test(ssh_is_given_user_port_files_and_target),
        cmocka_unit_test(a_hop_that_says_nothing_takes_no_more_than_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
