/* The file of a unix listener is removed while its socket still holds it: once that is
 * closed, another process may find the file dead, replace it, and get the same inode. */
#include "check.h"
#include "child.h"

#include <stdio.h>
#include <unistd.h>

static struct {
    int number; /* the descriptor whose end is watched */
    char path[SCRATCH_PATH + 8];
    bool closed;
    bool file_was_there; /* when it was closed */
} watched = {.number = -1};

int __real_close(int number);
int __wrap_close(int number);

int __wrap_close(int number)
{
    if (number == watched.number) {
        watched.closed = true;
        watched.file_was_there = access(watched.path, F_OK) == 0;
    }
    return __real_close(number);
}

static void the_file_goes_before_the_socket_does(void **state)
{
    char folder[SCRATCH_PATH];
    firth_listener *listener;
    (void)state;
    make_scratch(folder);
    snprintf(watched.path, sizeof watched.path, "%s/s", folder);
    CHECK_OK(firth_listener_unix_listen(&listener, watched.path, NULL));
    CHECK_OK(firth_listener_fileno(listener, &watched.number));
    CHECK_OK(firth_listener_close(listener));
    assert_true(watched.closed);
    assert_false(watched.file_was_there);
    firth_listener_free(listener);
    remove_scratch(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_goes_before_the_socket_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
