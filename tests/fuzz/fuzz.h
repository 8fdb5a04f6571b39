/* What the fuzz targets share. A target is LLVMFuzzerTestOneInput, run by libFuzzer or,
 * for the corpus, by replay.c. */
#ifndef FIRTH_TESTS_FUZZ_H
#define FIRTH_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "found: %s\n", what);
    abort();
}

#endif
