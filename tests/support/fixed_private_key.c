/* For LD_PRELOAD, so that a program's encrypted channels say the very bytes of the test vectors:
 * in place of OpenSSL's, RAND_priv_bytes gives the 32 bytes that FIRTH_TEST_PRIVATE_KEY says in
 * hexadecimal digits. Several, with commas between them, are given in turn. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_SIZE 32
#define DIGITS (2 * KEY_SIZE)

__attribute__((visibility("default"))) int RAND_priv_bytes(unsigned char *bytes, int length);

static void fail(const char *what)
{
    fprintf(stderr, "FIRTH_TEST_PRIVATE_KEY: %s\n", what);
    abort();
}

static int digit(char character)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = character != 0 ? strchr(digits, character) : NULL;
    if (found == NULL)
        fail("not 64 lower-case hexadecimal digits");
    return (int)(found - digits);
}

int RAND_priv_bytes(unsigned char *bytes, int length)
{
    static _Atomic size_t calls;
    const char *keys = getenv("FIRTH_TEST_PRIVATE_KEY");
    if (keys == NULL || length != KEY_SIZE)
        fail("not set, or asked for something else than 32 bytes");
    size_t count = (strlen(keys) + 1) / (DIGITS + 1);
    if (count == 0)
        fail("no key");
    const char *key = keys + atomic_fetch_add(&calls, 1) % count * (DIGITS + 1);
    for (int i = 0; i < KEY_SIZE; i++)
        bytes[i] = (unsigned char)(digit(key[2 * i]) << 4 | digit(key[2 * i + 1]));
    return 1;
}
