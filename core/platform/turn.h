/* A lock whose waiting can be timed and interrupted. */
#ifndef FIRTH_PLATFORM_TURN_H
#define FIRTH_PLATFORM_TURN_H

#include "platform/clock.h"

#include <firth/error.h>

#include <semaphore.h>
#include <stdatomic.h>

typedef struct firth_turn {
    sem_t semaphore;
    _Atomic unsigned handovers; /* orders memory where a checker does not know the semaphore */
} firth_turn;

void firth_turn_init(firth_turn *turn);
void firth_turn_destroy(firth_turn *turn);

/* FIRTH_OK, FIRTH_E_BUSY when the time ran out, or FIRTH_E_INTERRUPTED. */
firth_err firth_turn_take(firth_turn *turn, const firth_deadline *deadline);
void firth_turn_give(firth_turn *turn);

#endif
