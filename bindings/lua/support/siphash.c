#include "siphash.h"

#include <string.h>

typedef struct state {
    uint64_t a, b, c, d;
} state;

static uint64_t rotated(uint64_t word, int bits)
{
    return word << bits | word >> (64 - bits);
}

static void turn(state *s)
{
    s->a += s->b;
    s->b = rotated(s->b, 13) ^ s->a;
    s->a = rotated(s->a, 32);
    s->c += s->d;
    s->d = rotated(s->d, 16) ^ s->c;
    s->a += s->d;
    s->d = rotated(s->d, 21) ^ s->a;
    s->c += s->b;
    s->b = rotated(s->b, 17) ^ s->c;
    s->c = rotated(s->c, 32);
}

static void take(state *s, uint64_t word)
{
    s->d ^= word;
    turn(s);
    s->a ^= word;
}

uint64_t firth_lua_siphash(const uint64_t key[2], const void *data, size_t length)
{
    state s = { key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
                key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573) };
    const unsigned char *at = data;
    uint64_t word, last = (uint64_t)length << 56;
    for (size_t left = length; left >= 8; left -= 8, at += 8) {
        memcpy(&word, at, 8);
        take(&s, word);
    }
    for (size_t i = 0; i < length % 8; i++)
        last |= (uint64_t)at[i] << 8 * i;
    take(&s, last);
    s.c ^= 0xff;
    turn(&s);
    turn(&s);
    turn(&s);
    return s.a ^ s.b ^ s.c ^ s.d;
}
