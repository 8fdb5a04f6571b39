/* relay PATH: passes everything between its standard input and output and the unix socket
 * at that path, in both directions, until one of them ends. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct direction {
    int from;
    int to;
} direction;

static void put_all(int to, const char *bytes, size_t length)
{
    while (length != 0) {
        ssize_t put = write(to, bytes, length);
        if (put <= 0)
            exit(1);
        bytes += put;
        length -= (size_t)put;
    }
}

/* The end of either is the end of the program. */
static void *pass(void *argument)
{
    static _Thread_local char bytes[65536];
    const direction *self = argument;
    ssize_t got;
    while ((got = read(self->from, bytes, sizeof bytes)) > 0)
        put_all(self->to, bytes, (size_t)got);
    _exit(0);
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int number = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (argc != 2 || strlen(argv[1]) >= sizeof address.sun_path)
        return 2;
    strcpy(address.sun_path, argv[1]);
    if (connect(number, (struct sockaddr *)&address, sizeof address) != 0) {
        perror(argv[1]);
        return 1;
    }
    direction out = {STDIN_FILENO, number}, in = {number, STDOUT_FILENO};
    pthread_t other;
    if (pthread_create(&other, NULL, pass, &out) != 0)
        return 1;
    pass(&in);
}
