/* Trying to read and write a descriptor without waiting, whatever it is, and
 * without changing flags that others share. */
#ifndef FIRTH_PLATFORM_DESCRIPTOR_H
#define FIRTH_PLATFORM_DESCRIPTOR_H

#include <firth/error.h>

typedef enum firth_descriptor_kind {
    FIRTH_DESCRIPTOR_SOCKET,      /* each call says that it must not wait */
    FIRTH_DESCRIPTOR_NONBLOCKING, /* a description of our own, non-blocking */
    FIRTH_DESCRIPTOR_SHARED,      /* may block: asked first, written in small pieces */
    FIRTH_DESCRIPTOR_TERMINAL     /* the same, where readiness is good for one byte only */
} firth_descriptor_kind;

typedef struct firth_descriptor {
    int number; /* what is read or written */
    int given;  /* what the caller gave: another, if number is a description of our own */
    firth_descriptor_kind kind;
} firth_descriptor;

typedef enum firth_direction { FIRTH_READING, FIRTH_WRITING } firth_direction;

/* Finds out how `number` can be used in that direction. FIRTH_E_INVALID: not open,
 * or not open in that direction. */
firth_err firth_descriptor_adopt(firth_descriptor *descriptor, int number,
                                 firth_direction direction);

/* Closes what adopting has opened; what was given stays open. */
void firth_descriptor_disown(const firth_descriptor *descriptor);

/* Closes a descriptor by its number. */
void firth_descriptor_close(int number);

/* Read 1 to n bytes into the spans, or write some of the slices, without waiting.
 * FIRTH_E_WANT_READ, FIRTH_E_WANT_WRITE: it would have to wait. *calls grows by the
 * system calls made. At most FIRTH_SPANS_AT_ONCE spans are used. */
firth_err firth_descriptor_try_read(const firth_descriptor *descriptor, const firth_span *spans,
                                    size_t span_count, size_t *count, unsigned *calls);
firth_err firth_descriptor_try_write(const firth_descriptor *descriptor, const firth_slice *slices,
                                     size_t slice_count, size_t *count, unsigned *calls);

#define FIRTH_SPANS_AT_ONCE 16

/* A copy that no executed program inherits. */
firth_err firth_descriptor_duplicate(int number, int *copy);

/* Gives what has the number of a standard descriptor another one. */
firth_err firth_descriptor_lift(int *number);

/* Closes what `number` stands for, but keeps the number, which then stands for what
 * `other` does: whoever uses it meets no other file. */
void firth_descriptor_replace(int number, int other);

#endif
