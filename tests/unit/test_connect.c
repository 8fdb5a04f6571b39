#include "check.h"
#include "child.h"
#include "duplex.h"
#include "faults.h"
#include "socket_option.h"
#include "worker.h"

#include <errno.h>
#include <math.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static firth_listener *listener;

static int listen_at(const char *address)
{
    CHECK_OK(firth_listener_listen(&listener, address, 0, NULL));
    return 0;
}

static int on_ipv4(void **state)
{
    (void)state;
    return listen_at("127.0.0.1");
}

static int on_ipv6(void **state)
{
    (void)state;
    return listen_at("::1");
}

static int leave(void **state)
{
    (void)state;
    faults_off();
    firth_listener_free(listener);
    listener = NULL;
    return 0;
}

static int port(void)
{
    return firth_listener_port(listener);
}

/* A resolver that knows one name, with an IPv6 address and then an IPv4 one. */
static int two_addresses(const char *host, const char *service, const struct addrinfo *hints,
                         struct addrinfo **result)
{
    if (strcmp(host, "both.example") != 0)
        return EAI_NONAME;
    if (hints->ai_family == AF_INET)
        return real_resolver("127.0.0.1", service, hints, result);
    int status = real_resolver("::1", service, hints, result);
    if (status != 0 || hints->ai_family == AF_INET6)
        return status;
    return real_resolver("127.0.0.1", service, hints, &(*result)->ai_next);
}

static firth_err connect_as(firth_connect_options options)
{
    firth_stream *stream;
    firth_err err = firth_socket_stream_connect(&stream, "both.example", port(), &options);
    assert_true((err == FIRTH_OK) == (stream != NULL));
    firth_stream_free(stream);
    return err;
}

static firth_connect_options options_with(int ipv6, int family)
{
    firth_connect_options options = FIRTH_CONNECT_OPTIONS_INIT;
    options.ipv6 = ipv6;
    options.family = family;
    return options;
}

static void every_address_of_a_name_is_tried(void **state)
{
    (void)state;
    use_fake_resolver(two_addresses);
    CHECK_OK(connect_as(options_with(FIRTH_IPV6_UNSET, 0)));
}

static void ipv6_off_tries_ipv4_only(void **state)
{
    (void)state;
    use_fake_resolver(two_addresses);
    CHECK_OK(connect_as(options_with(FIRTH_IPV6_OFF, 0)));
    CHECK_OK(connect_as(options_with(FIRTH_IPV6_UNSET, AF_INET)));
    CHECK_OK(connect_as(options_with(FIRTH_IPV6_OFF, AF_INET)));
    CHECK_FAILS(REFUSED, connect_as(options_with(FIRTH_IPV6_ON, 0)));
    CHECK_FAILS(REFUSED, connect_as(options_with(FIRTH_IPV6_UNSET, AF_INET6)));
}

static void ipv6_on_tries_ipv6_only(void **state)
{
    (void)state;
    use_fake_resolver(two_addresses);
    CHECK_OK(connect_as(options_with(FIRTH_IPV6_ON, 0)));
    CHECK_OK(connect_as(options_with(FIRTH_IPV6_UNSET, AF_INET6)));
    CHECK_FAILS(REFUSED, connect_as(options_with(FIRTH_IPV6_OFF, 0)));
}

static void a_real_name_resolves(void **state)
{
    (void)state;
    firth_stream *stream;
    CHECK_OK(firth_socket_stream_connect(&stream, "localhost", port(), NULL));
    firth_stream_free(stream);
}

static void a_name_that_nobody_knows_is_not_found(void **state)
{
    (void)state;
    firth_stream *stream;
    use_fake_resolver(two_addresses);
    CHECK_FAILS(HOST_NOT_FOUND, firth_socket_stream_connect(&stream, "none.example", port(), NULL));
    assert_int_equal(firth_last_error()->resolver_error, EAI_NONAME);
    CHECK_DETAIL("none.example");
    assert_null(stream);
}

static void an_address_of_the_other_family_is_not_found(void **state)
{
    (void)state;
    firth_stream *stream;
    firth_connect_options options = options_with(FIRTH_IPV6_ON, 0);
    CHECK_FAILS(HOST_NOT_FOUND,
                firth_socket_stream_connect(&stream, "127.0.0.1", port(), &options));
}

static void a_port_that_nobody_listens_on_refuses(void **state)
{
    (void)state;
    firth_stream *stream;
    int closed = port();
    int before = count_descriptors();
    CHECK_OK(firth_listener_close(listener));
    CHECK_FAILS(REFUSED, firth_socket_stream_connect(&stream, "127.0.0.1", closed, NULL));
    assert_int_equal(firth_last_error()->os_error, ECONNREFUSED);
    CHECK_DETAIL("127.0.0.1");
    assert_null(stream);
    assert_int_equal(count_descriptors(), before - 1);
}

static void wrong_arguments_are_invalid(void **state)
{
    (void)state;
    firth_stream *stream;
    firth_connect_options options = FIRTH_CONNECT_OPTIONS_INIT;
    const int bad_ports[] = {0, -1, 65536};
    for (int i = 0; i < 3; i++)
        CHECK_FAILS(INVALID, firth_socket_stream_connect(&stream, "127.0.0.1", bad_ports[i], NULL));
    CHECK_FAILS(INVALID, firth_socket_stream_connect(&stream, "", 1, NULL));
    CHECK_FAILS(INVALID, firth_socket_stream_connect(&stream, NULL, 1, NULL));
    CHECK_FAILS(INVALID, firth_socket_stream_connect(NULL, "127.0.0.1", 1, NULL));
    CHECK_FAILS(INVALID, connect_as(options_with(2, 0)));
    CHECK_FAILS(INVALID, connect_as(options_with(-2, 0)));
    CHECK_FAILS(INVALID, connect_as(options_with(FIRTH_IPV6_UNSET, AF_UNIX)));
    CHECK_FAILS(INVALID, connect_as(options_with(FIRTH_IPV6_ON, AF_INET)));
    options.socktype = SOCK_DGRAM;
    CHECK_FAILS(INVALID, connect_as(options));
    options = (firth_connect_options)FIRTH_CONNECT_OPTIONS_INIT;
    options.keepalive = -1;
    CHECK_FAILS(INVALID, connect_as(options));
    options = (firth_connect_options)FIRTH_CONNECT_OPTIONS_INIT;
    options.size = 0;
    CHECK_FAILS(INVALID, connect_as(options));
    options = (firth_connect_options)FIRTH_CONNECT_OPTIONS_INIT;
    options.timeout = (double)NAN;
    CHECK_FAILS(INVALID, connect_as(options));
}

static void nodelay_is_on_and_keepalive_is_off_by_default(void **state)
{
    (void)state;
    firth_stream *stream;
    CHECK_OK(firth_socket_stream_connect(&stream, "127.0.0.1", port(), NULL));
    assert_true(option_of(stream, IPPROTO_TCP, TCP_NODELAY) != 0);
    assert_int_equal(option_of(stream, SOL_SOCKET, SO_KEEPALIVE), 0);
    firth_stream_free(stream);
}

static void nodelay_is_turned_on_for_a_socket_that_was_given(void **state)
{
    (void)state;
    firth_stream *connected, *given;
    int number, value = 0;
    firth_connect_options options = FIRTH_CONNECT_OPTIONS_INIT;
    options.nodelay = false;
    CHECK_OK(firth_socket_stream_connect(&connected, "127.0.0.1", port(), &options));
    CHECK_OK(firth_stream_fileno(connected, &number));
    CHECK_OK(firth_socket_stream_from_descriptor(&given, dup(number), NULL));
    assert_true(option_of(given, IPPROTO_TCP, TCP_NODELAY) != 0);
    assert_int_equal(setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value), 0);
    assert_int_equal(option_of(given, IPPROTO_TCP, TCP_NODELAY), 0);
    firth_stream_free(given);
    firth_stream_free(connected);
}

static void nodelay_and_keepalive_are_what_was_asked_for(void **state)
{
    (void)state;
    firth_stream *stream;
    firth_connect_options options = FIRTH_CONNECT_OPTIONS_INIT;
    options.nodelay = false;
    options.keepalive = 60;
    CHECK_OK(firth_socket_stream_connect(&stream, "127.0.0.1", port(), &options));
    assert_int_equal(option_of(stream, IPPROTO_TCP, TCP_NODELAY), 0);
    assert_true(option_of(stream, SOL_SOCKET, SO_KEEPALIVE) != 0);
    assert_int_equal(option_of(stream, IPPROTO_TCP, TCP_KEEPIDLE), 60);
    assert_int_equal(option_of(stream, IPPROTO_TCP, TCP_KEEPINTVL), 60);
    assert_int_equal(option_of(stream, IPPROTO_TCP, TCP_KEEPCNT), 5);
    firth_stream_free(stream);
}

/* A resolver that answers only once it may. */
static pthread_mutex_t answering = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int answered;

static int slow_resolver(const char *host, const char *service, const struct addrinfo *hints,
                         struct addrinfo **result)
{
    (void)host;
    pthread_mutex_lock(&answering);
    pthread_mutex_unlock(&answering);
    int status = real_resolver("127.0.0.1", service, hints, result);
    atomic_fetch_add(&answered, 1);
    return status;
}

static firth_err connect_slowly(void *timeout)
{
    firth_connect_options options = FIRTH_CONNECT_OPTIONS_INIT;
    options.timeout = *(double *)timeout;
    firth_stream *stream;
    firth_err err = firth_socket_stream_connect(&stream, "slow.example", port(), &options);
    firth_stream_free(stream);
    return err;
}

static void the_time_covers_the_resolving_of_the_name(void **state)
{
    (void)state;
    double times[] = {0, 0.01};
    use_fake_resolver(slow_resolver);
    atomic_store(&answered, 0);
    pthread_mutex_lock(&answering);
    for (int i = 0; i < 2; i++)
        CHECK_FAILS(TIMEOUT, connect_slowly(&times[i]));
    CHECK_DETAIL("slow.example");
    pthread_mutex_unlock(&answering);
    while (atomic_load(&answered) != 2)
        let_others_run();
}

static void a_slow_resolver_may_be_waited_for(void **state)
{
    (void)state;
    worker connecting;
    double for_ever = FIRTH_FOREVER;
    use_fake_resolver(slow_resolver);
    pthread_mutex_lock(&answering);
    start_worker(&connecting, connect_slowly, &for_ever);
    wait_until_queued(&connecting);
    pthread_mutex_unlock(&answering);
    assert_int_equal(join_worker(&connecting), FIRTH_OK);
}

/* What listens, with its queue full, does not answer. */
static void connecting_times_out_if_nobody_answers(void **state)
{
    (void)state;
    firth_stream *streams[8] = {NULL};
    firth_connect_options options = FIRTH_CONNECT_OPTIONS_INIT;
    firth_listen_options few = FIRTH_LISTEN_OPTIONS_INIT;
    firth_listener *full;
    int made = 0;
    few.backlog = 1;
    CHECK_OK(firth_listener_listen(&full, "127.0.0.1", 0, &few));
    options.timeout = 0.05;
    int before = count_descriptors();
    while (firth_socket_stream_connect(&streams[made], "127.0.0.1", firth_listener_port(full),
                                       &options) == FIRTH_OK)
        assert_true(++made < 8);
    assert_int_equal(firth_last_error()->code, FIRTH_E_TIMEOUT);
    CHECK_DETAIL("127.0.0.1");
    assert_int_equal(count_descriptors(), before + made);
    while (made > 0)
        firth_stream_free(streams[--made]);
    firth_listener_free(full);
}

static void a_datagram_socket_is_invalid(void **state)
{
    (void)state;
    firth_stream *stream;
    int number = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_FAILS(INVALID, firth_socket_stream_from_descriptor(&stream, number, NULL));
    CHECK_DETAIL("type");
    close(number);
}

static void a_listening_socket_is_invalid(void **state)
{
    (void)state;
    firth_stream *stream;
    int number;
    CHECK_OK(firth_listener_fileno(listener, &number));
    CHECK_FAILS(INVALID, firth_socket_stream_from_descriptor(&stream, number, NULL));
    CHECK_DETAIL("listening");
}

static void what_is_no_socket_is_invalid(void **state)
{
    (void)state;
    firth_stream *stream;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    CHECK_FAILS(INVALID, firth_socket_stream_from_descriptor(&stream, ends[0], NULL));
    CHECK_DETAIL("not a socket");
    close(ends[0]);
    close(ends[1]);
    CHECK_FAILS(INVALID, firth_socket_stream_from_descriptor(&stream, ends[0], NULL));
    CHECK_DETAIL("not open");
    CHECK_FAILS(INVALID, firth_socket_stream_from_descriptor(NULL, 0, NULL));
}

static void a_missing_unix_socket_is_a_missing_file(void **state)
{
    (void)state;
    firth_stream *stream;
    CHECK_FAILS(FILE_NOT_FOUND,
                firth_socket_stream_unix_connect(&stream, "/firth/no/such/socket", 1));
    assert_int_equal(firth_last_error()->os_error, ENOENT);
    CHECK_DETAIL("/firth/no/such/socket");
    assert_null(stream);
}

static void a_path_that_does_not_fit_is_invalid(void **state)
{
    (void)state;
    firth_stream *stream;
    char path[sizeof((struct sockaddr_un *)0)->sun_path + 1];
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = '\0';
    CHECK_FAILS(INVALID, firth_socket_stream_unix_connect(&stream, path, 1));
    CHECK_FAILS(INVALID, firth_socket_stream_unix_connect(&stream, "", 1));
    CHECK_FAILS(INVALID, firth_socket_stream_unix_connect(&stream, NULL, 1));
    path[sizeof path - 2] = '\0';
    CHECK_FAILS(FILE_NOT_FOUND, firth_socket_stream_unix_connect(&stream, path, 1));
}

typedef struct place {
    char folder[SCRATCH_PATH], path[SCRATCH_PATH + 8];
    int number;
} place;

static place bound_socket(int backlog)
{
    place here;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    make_scratch(here.folder);
    snprintf(here.path, sizeof here.path, "%s/s", here.folder);
    strcpy(address.sun_path, here.path);
    here.number = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(here.number, (struct sockaddr *)&address, sizeof address), 0);
    if (backlog >= 0)
        assert_int_equal(listen(here.number, backlog), 0);
    return here;
}

static void leave_bound_socket(place *here)
{
    close(here->number);
    unlink(here->path);
    remove_scratch(here->folder);
}

static void a_unix_socket_that_nobody_listens_on_refuses(void **state)
{
    (void)state;
    firth_stream *stream;
    place here = bound_socket(-1);
    CHECK_FAILS(REFUSED, firth_socket_stream_unix_connect(&stream, here.path, 1));
    leave_bound_socket(&here);
}

static void a_full_backlog_times_out(void **state)
{
    (void)state;
    firth_stream *streams[8] = {NULL};
    place here = bound_socket(0);
    int made = 0;
    int before = count_descriptors();
    while (firth_socket_stream_unix_connect(&streams[made], here.path, 0.02) == FIRTH_OK)
        assert_true(++made < 8);
    assert_int_equal(firth_last_error()->code, FIRTH_E_TIMEOUT);
    CHECK_FAILS(TIMEOUT, firth_socket_stream_unix_connect(&streams[made], here.path, 0));
    assert_int_equal(count_descriptors(), before + made);
    while (made > 0)
        firth_stream_free(streams[--made]);
    leave_bound_socket(&here);
}

static firth_err connect_for_ever(void *path)
{
    firth_stream *stream;
    firth_err err = firth_socket_stream_unix_connect(&stream, path, FIRTH_FOREVER);
    firth_stream_free(stream);
    return err;
}

static void a_full_backlog_may_be_waited_for(void **state)
{
    (void)state;
    place here = bound_socket(0);
    worker connecting;
    firth_stream *first;
    CHECK_OK(firth_socket_stream_unix_connect(&first, here.path, 1));
    start_worker(&connecting, connect_for_ever, here.path);
    wait_until_in_call(&connecting, SYS_connect);
    close(accept(here.number, NULL, NULL));
    assert_int_equal(join_worker(&connecting), FIRTH_OK);
    firth_stream_free(first);
    leave_bound_socket(&here);
}

#define ON_IPV4(test)                     \
    {                                     \
#test, test, on_ipv4, leave, NULL \
    }
#define ON_IPV6(test)                     \
    {                                     \
#test, test, on_ipv6, leave, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_IPV4(every_address_of_a_name_is_tried),
        ON_IPV6(every_address_of_a_name_is_tried),
        ON_IPV4(ipv6_off_tries_ipv4_only),
        ON_IPV6(ipv6_on_tries_ipv6_only),
        ON_IPV4(a_real_name_resolves),
        ON_IPV4(a_name_that_nobody_knows_is_not_found),
        ON_IPV4(an_address_of_the_other_family_is_not_found),
        ON_IPV4(a_port_that_nobody_listens_on_refuses),
        ON_IPV4(wrong_arguments_are_invalid),
        ON_IPV4(nodelay_is_on_and_keepalive_is_off_by_default),
        ON_IPV4(nodelay_is_turned_on_for_a_socket_that_was_given),
        ON_IPV4(nodelay_and_keepalive_are_what_was_asked_for),
        ON_IPV4(the_time_covers_the_resolving_of_the_name),
        ON_IPV4(a_slow_resolver_may_be_waited_for),
        ON_IPV4(connecting_times_out_if_nobody_answers),
        ON_IPV4(a_datagram_socket_is_invalid),
        ON_IPV4(a_listening_socket_is_invalid),
        ON_IPV4(what_is_no_socket_is_invalid),
        ON_IPV4(a_missing_unix_socket_is_a_missing_file),
        ON_IPV4(a_path_that_does_not_fit_is_invalid),
        ON_IPV4(a_unix_socket_that_nobody_listens_on_refuses),
        ON_IPV4(a_full_backlog_times_out),
        ON_IPV4(a_full_backlog_may_be_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
