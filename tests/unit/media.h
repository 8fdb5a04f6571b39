/* Runs each test over a unix socket, TCP and pipes: the state is a fresh duplex. */
#ifndef TESTS_UNIT_MEDIA_H
#define TESTS_UNIT_MEDIA_H

#include "check.h"
#include "duplex.h"

#include <stdlib.h>

#define ON_EVERY_MEDIUM(test)                                 \
    {#test " (unix)", test, open_unix, close_state, NULL},    \
        {#test " (tcp)", test, open_tcp, close_state, NULL},  \
    {                                                         \
#test " (pipes)", test, open_pipes, close_state, NULL \
    }

#define ON_TCP(test)                             \
    {                                            \
#test, test, open_tcp, close_state, NULL \
    }
#define ON_UNIX(test)                             \
    {                                             \
#test, test, open_unix, close_state, NULL \
    }
#define ON_PIPES(test)                             \
    {                                              \
#test, test, open_pipes, close_state, NULL \
    }

static inline int open_state(void **state, medium over)
{
    duplex *made = malloc(sizeof *made);
    *made = open_duplex(over);
    *state = made;
    return 0;
}

static inline int open_unix(void **state)
{
    return open_state(state, OVER_UNIX);
}

static inline int open_tcp(void **state)
{
    return open_state(state, OVER_TCP);
}

static inline int open_pipes(void **state)
{
    return open_state(state, OVER_PIPES);
}

static inline int close_state(void **state)
{
    close_duplex(*state);
    free(*state);
    return 0;
}

#endif
