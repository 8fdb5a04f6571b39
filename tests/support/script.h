/* A peer on TCP that does what a script says, in a thread of its own. */
#ifndef TESTS_SUPPORT_SCRIPT_H
#define TESTS_SUPPORT_SCRIPT_H

#include "worker.h"

typedef enum step_kind {
    HEAR,         /* exactly these bytes must come */
    SAY,          /* sends them */
    SAY_SLOWLY,   /* one byte after the other, each in a packet of its own */
    SAY_FOR_EVER, /* again and again, until the other side goes away */
    HANG_UP,      /* the end of the script: closes at once */
    RESET         /* the same, so that the other side sees a reset */
} step_kind;

typedef struct step {
    step_kind kind;
    const char *bytes;
    size_t length;
} step;

#define HEAR_BYTES(text) ((step){HEAR, text, sizeof(text) - 1})
#define SAY_BYTES(text) ((step){SAY, text, sizeof(text) - 1})
#define SAY_BYTES_SLOWLY(text) ((step){SAY_SLOWLY, text, sizeof(text) - 1})
#define LARGEST_SCRIPT 8

typedef struct script {
    worker player;
    int listener;
    int port;
    size_t count;
    _Atomic size_t played; /* steps until now */
    step steps[LARGEST_SCRIPT];
    char heard[16384];   /* what came instead, after FIRTH_E_PROTOCOL, */
    size_t heard_length; /* and how much */
} script;

/* A port of 127.0.0.1 where nobody listens, as long as the descriptor is open. */
int take_port(int *port);

/* Plays for the first who connects to 127.0.0.1 at self->port. */
void start_script(script *self, const step *steps, size_t count);
#define START_SCRIPT(self, ...)                       \
    start_script((self), (const step[]){__VA_ARGS__}, \
                 sizeof((const step[]){__VA_ARGS__}) / sizeof(step))

/* Returns as soon as that many steps were played. */
void wait_until_played(const script *self, size_t count);

/* Waits until the script was played and, unless it ends by itself, the other side has gone.
 * Fails the test if something else was heard than the script says. */
void end_script(script *self);

#endif
