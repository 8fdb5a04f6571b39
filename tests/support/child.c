#include "child.h"
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t start_child(int (*task)(void *argument), void *argument)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(task(argument));
    return child;
}

void join_child(pid_t child)
{
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

void run_in_child(int (*task)(void *argument), void *argument)
{
    join_child(start_child(task, argument));
}

/* How many descriptors are open whose flags hold none of `without`. */
static int count_open(int without)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL)
        return -1;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        int number = atoi(entry->d_name);
        bool own = entry->d_name[0] == '.' || number == dirfd(folder);
        count += !own && (fcntl(number, F_GETFD) & without) == 0;
    }
    closedir(folder);
    return count;
}

int count_descriptors(void)
{
    return count_open(0);
}

int count_inheritable(void)
{
    return count_open(FD_CLOEXEC);
}

void make_scratch(char path[SCRATCH_PATH])
{
    strcpy(path, "/tmp/firth-test-XXXXXX");
    assert_non_null(mkdtemp(path));
}

void remove_scratch(const char *path)
{
    assert_int_equal(rmdir(path), 0);
}
