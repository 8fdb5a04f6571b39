/* Who is inside an object that any thread may close: a closed bit and a count of
 * users in one atomic word. The last user to leave a closed gate clears up. */
#ifndef FIRTH_BASE_GATE_H
#define FIRTH_BASE_GATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct firth_gate {
    _Atomic uint32_t word;
} firth_gate;

#define FIRTH_GATE_CLOSED UINT32_C(0x80000000)

/* False if the gate is closed; else the caller is inside and must leave. */
static inline bool firth_gate_enter(firth_gate *gate)
{
    uint32_t word = atomic_load_explicit(&gate->word, memory_order_relaxed);
    do {
        if (word & FIRTH_GATE_CLOSED)
            return false;
    } while (!atomic_compare_exchange_weak(&gate->word, &word, word + 1));
    return true;
}

/* Closes the gate and enters. False if it was closed already. */
static inline bool firth_gate_close(firth_gate *gate)
{
    uint32_t word = atomic_load_explicit(&gate->word, memory_order_relaxed);
    do {
        if (word & FIRTH_GATE_CLOSED)
            return false;
    } while (!atomic_compare_exchange_weak(&gate->word, &word, (word + 1) | FIRTH_GATE_CLOSED));
    return true;
}

/* True if the caller was the last one in a closed gate, which happens once. */
static inline bool firth_gate_leave(firth_gate *gate)
{
    return atomic_fetch_sub(&gate->word, 1) == (FIRTH_GATE_CLOSED | 1);
}

static inline bool firth_gate_closed(const firth_gate *gate)
{
    return (atomic_load(&((firth_gate *)gate)->word) & FIRTH_GATE_CLOSED) != 0;
}

/* With nobody inside any more: whether the last one of a closed gate has left. */
static inline bool firth_gate_cleared(const firth_gate *gate)
{
    return atomic_load(&((firth_gate *)gate)->word) == FIRTH_GATE_CLOSED;
}

/* In the child of a fork: the users were threads of the parent. Those of a closed gate
 * remain, since they have not cleared up. */
static inline void firth_gate_forget_users(firth_gate *gate)
{
    if (!firth_gate_closed(gate))
        atomic_store(&gate->word, 0);
}

#endif
