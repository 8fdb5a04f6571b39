/* Values of brine, encoded and decoded. Only the main thread of a test may use it. */
#ifndef TESTS_SUPPORT_BRINE_CHECK_H
#define TESTS_SUPPORT_BRINE_CHECK_H

#include <firth/brine.h>

/* CHECK_ENCODED("\x11\x51\x52", a tuple, its items): the values must give these bytes, and the
 * bytes these values. */
#define CHECK_ENCODED(bytes, ...)                                                 \
    check_encoded((bytes), sizeof(bytes) - 1, (firth_brine_value[]){__VA_ARGS__}, \
                  VALUES_IN(__VA_ARGS__), __FILE__, __LINE__)

/* CHECK_DECODED("\x14\x01\x52", a tuple, its item): the bytes must give these values. */
#define CHECK_DECODED(bytes, ...)                                                 \
    check_decoded((bytes), sizeof(bytes) - 1, (firth_brine_value[]){__VA_ARGS__}, \
                  VALUES_IN(__VA_ARGS__), __FILE__, __LINE__)

#define VALUES_IN(...) \
    (sizeof((firth_brine_value[]){__VA_ARGS__}) / sizeof((firth_brine_value[]){__VA_ARGS__}[0]))

void check_encoded(const void *bytes, size_t length, const firth_brine_value *values, size_t count,
                   const char *file, int line);
void check_decoded(const void *bytes, size_t length, const firth_brine_value *values, size_t count,
                   const char *file, int line);

/* With these limits, or NULL. The caller frees it. */
firth_brine_encoder *encoder_with(const firth_brine_limits *limits);

/* Started with the bytes. The caller frees it. */
firth_brine_decoder *decoder_with(const firth_brine_limits *limits, const void *bytes,
                                  size_t length);

/* All values, and the end. The first error. */
firth_err decode_all(firth_brine_decoder *decoder);

/* The string's bytes, without its NUL. */
firth_brine_value text_value(const char *text);

/* The items of a container: 0 for what is none. */
size_t items_of(const firth_brine_value *value);

#endif
