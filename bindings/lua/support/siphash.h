/* SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): who
 * does not know the key cannot make different inputs have the same hash. */
#ifndef FIRTH_LUA_SIPHASH_H
#define FIRTH_LUA_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t firth_lua_siphash(const uint64_t key[2], const void *data, size_t length);

#endif
