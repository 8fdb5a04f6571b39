/* Payloads and frames, made without any help of the library. */
#ifndef TESTS_SUPPORT_FRAMES_H
#define TESTS_SUPPORT_FRAMES_H

#include <firth/firth.h>

/* Memory that the caller frees. */
typedef struct blob {
    unsigned char *data;
    size_t length;
} blob;

/* Bytes that deflate well, and bytes that do not; always the same ones. */
blob text_of(size_t length);
blob noise_of(size_t length);

/* A frame as it goes over the wire, with any flag and trailer. */
blob frame_of(unsigned char flag, const void *body, size_t length, unsigned char trailer);

/* The frame of a payload that is not compressed, and of one that is, at that level. */
blob plain_frame(const void *payload, size_t length);
blob deflated_frame(const void *payload, size_t length, int level);

/* A header alone. */
void write_frame_header(unsigned char header[5], size_t length, unsigned char flag);

blob joined(blob first, blob second); /* frees both */
bool same_bytes(const void *found, size_t found_length, const void *expected, size_t length);

#endif
