/* A lock whose waiting can be timed and interrupted. */
#ifndef FIRTH_PLATFORM_TURN_H
#define FIRTH_PLATFORM_TURN_H

#include "platform/clock.h"

#include <firth/error.h>

#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>

typedef struct firth_turn {
    sem_t semaphore;
    _Atomic uintptr_t holder;   /* the thread that has it, or 0 */
    _Atomic unsigned handovers; /* orders memory where a checker does not know the semaphore */
} firth_turn;

void firth_turn_init(firth_turn *turn);

/* Taken, and by no thread: any may give it. */
void firth_turn_init_taken(firth_turn *turn);

void firth_turn_destroy(firth_turn *turn);

/* FIRTH_OK, FIRTH_E_BUSY when the time ran out, or FIRTH_E_INTERRUPTED; FIRTH_E_INVALID if
 * this thread has it already, which would wait for itself, and does not only try. Who took it
 * gives it. */
firth_err firth_turn_take(firth_turn *turn, const firth_deadline *deadline);
void firth_turn_give(firth_turn *turn);

#endif
