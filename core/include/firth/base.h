/* What every other header uses: visibility, time, runs of bytes. */
#ifndef FIRTH_BASE_H
#define FIRTH_BASE_H

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define FIRTH_API __attribute__((visibility("default")))
#else
#define FIRTH_API
#endif

#define FIRTH_VERSION_MAJOR 0
#define FIRTH_VERSION_MINOR 1
#define FIRTH_VERSION_PATCH 0

/* A time that was not given: the stream's own setting holds. */
#define FIRTH_UNSET DBL_MAX
/* Any negative time is the same. */
#define FIRTH_FOREVER (-1.0)

#ifdef __cplusplus
extern "C" {
#endif

/* Memory to be filled: `length` bytes at `data`. */
typedef struct firth_span {
    void *data;
    size_t length;
} firth_span;

/* Bytes to be read: `length` bytes at `data`. */
typedef struct firth_slice {
    const void *data;
    size_t length;
} firth_slice;

/* Bytes that the caller owns and gives back with firth_bytes_free. */
typedef struct firth_bytes {
    void *data;    /* never NULL after FIRTH_OK, even if empty */
    size_t length; /* bytes */
} firth_bytes;

/* Frees the bytes and empties the struct. An emptied struct and NULL are fine. Up to 64 bytes,
 * which may be a key, are wiped. */
FIRTH_API void firth_bytes_free(firth_bytes *bytes);

/* What of firth there is in this process, of all threads and languages. */
typedef struct firth_live {
    size_t objects;     /* streams, channels, listeners and codecs */
    size_t allocations; /* pieces of memory, with the firth_bytes that are still to be given back;
                         * but not what zlib and OpenSSL have, nor what a thread keeps */
} firth_live;

/* Both are 0 once everything was freed, every child process reaped, and every name
 * resolved. Any thread. */
FIRTH_API void firth_live_counts(firth_live *live);

/* The version of the library that is running, "MAJOR.MINOR.PATCH". Static. */
FIRTH_API const char *firth_version(void);

/* The version of the zlib that is running, as zlib says it. Static. */
FIRTH_API const char *firth_zlib_version(void);

#ifdef __cplusplus
}
#endif

#endif
