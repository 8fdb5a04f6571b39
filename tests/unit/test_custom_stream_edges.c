/* Streams written outside the core that do what one does not expect of them. */
#include "check.h"

#include <errno.h>

/* What the next calls of the table do. */
typedef struct odd {
    firth_stream *stream; /* itself */
    firth_err (*on_read)(struct odd *self, size_t *count);
    firth_err (*on_write)(struct odd *self, size_t *count);
    firth_err (*on_close)(void);
    int reads, writes;
} odd;

static firth_err read_some(void *object, const firth_span *spans, size_t span_count, double timeout,
                           size_t *count)
{
    odd *self = object;
    (void)spans, (void)span_count, (void)timeout;
    self->reads++;
    return self->on_read(self, count);
}

static firth_err write_some(void *object, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    odd *self = object;
    (void)slices, (void)slice_count, (void)timeout;
    self->writes++;
    return self->on_write(self, count);
}

static firth_err close_odd(void *object)
{
    odd *self = object;
    return self->on_close != NULL ? self->on_close() : FIRTH_OK;
}

static void release_odd(void *object)
{
    (void)object;
}

static int make(void **state)
{
    static odd self;
    static const firth_stream_ops table = {
        .version = FIRTH_STREAM_OPS_VERSION,
        .name = "odd",
        .read_some = read_some,
        .write_some = write_some,
        .close = close_odd,
        .release = release_odd,
    };
    self = (odd){0};
    CHECK_OK(firth_stream_create(&self.stream, &table, &self));
    *state = &self;
    return 0;
}

static int unmake(void **state)
{
    firth_stream_free(((odd *)*state)->stream);
    return 0;
}

static firth_err raise_nonsense(odd *self, size_t *count)
{
    (void)self, (void)count;
    return firth_error_raise((firth_err)(FIRTH_ERROR_COUNT + 7), 0, "no such thing");
}

static void a_code_that_does_not_exist_is_misuse_even_if_it_was_raised(void **state)
{
    odd *self = *state;
    char byte;
    self->on_read = raise_nonsense;
    CHECK_FAILS(INVALID, firth_stream_read(self->stream, &byte, 1, FIRTH_FOREVER));
    CHECK_DETAIL("odd: returned");
}

#define ODD(test)                       \
    {                                   \
#test, test, make, unmake, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        ODD(a_code_that_does_not_exist_is_misuse_even_if_it_was_raised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
