/* Bytes to records and back. */
#include "stream/tls_state.h"

#include <string.h>

/* What a record holds at most (RFC 8446, 5.1). */
#define RECORD ((size_t)16384)
/* Of bytes that are sealed and sent in one go. */
#define GO (8 * RECORD)
/* What a record adds to its bytes at most, and what else may be sent with them. */
#define OVERHEAD ((size_t)512)

/* Where in the slices we are. */
typedef struct slice_reader {
    const firth_slice *slices;
    size_t slice_count;
    size_t at; /* in the first of them */
} slice_reader;

static void skip_empty(slice_reader *reader)
{
    while (reader->slice_count != 0 && reader->at == reader->slices->length) {
        reader->slices++;
        reader->slice_count--;
        reader->at = 0;
    }
}

static size_t left_in_slice(const slice_reader *reader)
{
    return reader->slice_count != 0 ? reader->slices->length - reader->at : 0;
}

/* Fills a record from several slices; its length. */
static size_t gather(slice_reader *reader, unsigned char *record, size_t most)
{
    size_t length = 0;
    for (skip_empty(reader); reader->slice_count != 0 && length < most; skip_empty(reader)) {
        size_t part = left_in_slice(reader);
        if (part > most - length)
            part = most - length;
        memcpy(record + length, (const unsigned char *)reader->slices->data + reader->at, part);
        reader->at += part;
        length += part;
    }
    return length;
}

static firth_err write_records(firth_tls *self, const void *data, size_t length, size_t *count)
{
    size_t written = 0;
    int result = SSL_write_ex(self->ssl, data, length, &written);
    *count += written;
    return result == 1 ? FIRTH_OK : firth_tls_judge(self, result);
}

/* Whole records come from where the bytes are; a header and what follows it share one. */
static firth_err write_some_records(firth_tls *self, slice_reader *reader, size_t room,
                                    size_t *count)
{
    unsigned char record[RECORD];
    skip_empty(reader);
    size_t whole = left_in_slice(reader);
    if (whole > room)
        whole = room;
    if (whole < RECORD) {
        size_t length = gather(reader, record, room < RECORD ? room : RECORD);
        return write_records(self, record, length, count);
    }
    whole -= whole % RECORD;
    const unsigned char *data = (const unsigned char *)reader->slices->data + reader->at;
    reader->at += whole;
    return write_records(self, data, whole, count);
}

static size_t length_up_to(const firth_slice *slices, size_t slice_count, size_t most)
{
    size_t length = 0;
    for (size_t i = 0; i < slice_count && length < most; i++)
        length += slices[i].length < most - length ? slices[i].length : most - length;
    return length;
}

firth_err firth_tls_seal(firth_tls *self, const firth_slice *slices, size_t slice_count,
                         size_t *count)
{
    slice_reader reader = {.slices = slices, .slice_count = slice_count};
    if ((SSL_get_shutdown(self->ssl) & SSL_SENT_SHUTDOWN) != 0)
        return firth_fail(FIRTH_E_CLOSED, "%s", "TLS was ended on this side");
    size_t total = length_up_to(slices, slice_count, GO);
    size_t needed = self->wire.out.length + total + (total / RECORD + 2) * OVERHEAD;
    firth_err err = firth_buffer_reserve(&self->wire.out, needed);
    if (err != FIRTH_OK)
        return err;
    firth_tls_forget_errors();
    self->wire.patient = true;
    while (err == FIRTH_OK && *count < total)
        err = write_some_records(self, &reader, total - *count, count);
    self->wire.patient = false;
    return err;
}

void firth_tls_note_unread(firth_tls *self)
{
    size_t sealed = atomic_load_explicit(&self->wire.in_length, memory_order_acquire);
    size_t opened = (size_t)SSL_pending(self->ssl);
    atomic_store(&self->unread, opened + (sealed != 0 ? sealed - self->wire.in_at : 0));
}

/* Whether another record may be opened without anything having to come. */
static bool has_more(firth_tls *self)
{
    return SSL_pending(self->ssl) != 0 ||
           atomic_load_explicit(&self->wire.in_length, memory_order_acquire) != 0;
}

static firth_err open_into(firth_tls *self, firth_span span, size_t *count)
{
    size_t got = 0;
    int result = SSL_read_ex(self->ssl, span.data, span.length, &got);
    *count += got;
    return result == 1 ? FIRTH_OK : firth_tls_judge(self, result);
}

/* A failure behind bytes that were opened comes again with the next call. */
firth_err firth_tls_open(firth_tls *self, const firth_span *spans, size_t span_count, size_t *count)
{
    firth_err err = FIRTH_OK;
    firth_tls_forget_errors();
    for (size_t i = 0; err == FIRTH_OK && i < span_count; i++) {
        firth_span rest = spans[i];
        while (err == FIRTH_OK && rest.length != 0 && (*count == 0 || has_more(self))) {
            size_t got = 0;
            err = open_into(self, rest, &got);
            rest = (firth_span){(unsigned char *)rest.data + got, rest.length - got};
            *count += got;
        }
    }
    firth_tls_note_unread(self);
    return *count != 0 ? FIRTH_OK : err;
}

firth_err firth_tls_look(firth_tls *self)
{
    unsigned char byte;
    size_t got = 0;
    firth_tls_forget_errors();
    int result = SSL_peek_ex(self->ssl, &byte, 1, &got);
    firth_err err = result == 1 ? FIRTH_OK : firth_tls_judge(self, result);
    firth_tls_note_unread(self);
    return err;
}
