#include "stream/tls_wire.h"

#include "base/fail.h"
#include "base/memory.h"

#include <limits.h>
#include <string.h>

/* A record and its header, at their longest, and a little more. */
#define SMALLEST_IN ((size_t)17 << 10)
#define LARGEST_IN ((size_t)128 << 10)
/* What a peer can make us answer before it has taken any of it. */
#define MOST_ANSWERS ((size_t)64 << 10)

/* Bytes without which nothing of the record can be opened. */
static size_t needed(const firth_tls_wire *wire)
{
    return wire->body_left != 0 ? wire->body_left : sizeof wire->header - wire->header_length;
}

/* Follows the records through bytes that have come. */
static void follow(firth_tls_wire *wire, const unsigned char *data, size_t length)
{
    while (length != 0) {
        size_t part = needed(wire) < length ? needed(wire) : length;
        if (wire->body_left != 0) {
            wire->body_left -= part;
        } else {
            memcpy(wire->header + wire->header_length, data, part);
            wire->header_length += part;
        }
        if (wire->header_length == sizeof wire->header) {
            wire->body_left = (size_t)wire->header[3] << 8 | wire->header[4];
            wire->header_length = 0;
        }
        data += part;
        length -= part;
    }
}

firth_err firth_tls_wire_room(firth_tls_wire *wire, firth_span room[2])
{
    if (wire->asked < SMALLEST_IN)
        wire->asked = SMALLEST_IN;
    if (wire->in_capacity < wire->asked) {
        unsigned char *in = firth_allocate(wire->asked);
        if (in == NULL && wire->in == NULL)
            return firth_fail(FIRTH_E_NO_MEMORY, "no memory for %zu bytes of TLS", wire->asked);
        if (in != NULL) {
            firth_deallocate(wire->in);
            wire->in = in;
            wire->in_capacity = wire->asked;
        }
    }
    size_t first = needed(wire) < wire->in_capacity ? needed(wire) : wire->in_capacity;
    room[0] = (firth_span){wire->in, first};
    room[1] = (firth_span){wire->in + first, wire->in_capacity - first};
    return FIRTH_OK;
}

void firth_tls_wire_came(firth_tls_wire *wire, size_t count)
{
    if (count == wire->in_capacity && wire->asked < LARGEST_IN)
        wire->asked = 2 * wire->in_capacity;
    follow(wire, wire->in, count);
    atomic_store_explicit(&wire->in_length, count, memory_order_release);
}

void firth_tls_wire_release(firth_tls_wire *wire)
{
    firth_deallocate(wire->in);
    firth_buffer_release(&wire->out);
}

/* ---- What OpenSSL calls ------------------------------------------------------------- */

/* For the words on a peer that speaks something else. */
static void note_first(firth_tls_wire *wire, const char *data, size_t length)
{
    size_t room = sizeof wire->first - wire->first_length;
    size_t part = length < room ? length : room;
    if (part == 0)
        return;
    memcpy(wire->first + wire->first_length, data, part);
    wire->first_length += part;
}

static int read_bytes(BIO *bio, char *buffer, int size)
{
    firth_tls_wire *wire = BIO_get_data(bio);
    size_t length = atomic_load_explicit(&wire->in_length, memory_order_acquire);
    BIO_clear_retry_flags(bio);
    if (length == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    size_t part = length - wire->in_at;
    if (part > (size_t)size)
        part = (size_t)size;
    memcpy(buffer, wire->in + wire->in_at, part);
    note_first(wire, buffer, part);
    wire->in_at += part;
    if (wire->in_at == length) {
        wire->in_at = 0;
        atomic_store_explicit(&wire->in_length, 0, memory_order_release);
    }
    return (int)part;
}

static int write_bytes(BIO *bio, const char *data, int size)
{
    firth_tls_wire *wire = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (!wire->patient && wire->out.length >= MOST_ANSWERS) {
        BIO_set_retry_write(bio);
        return -1;
    }
    if (firth_buffer_append(&wire->out, data, (size_t)size) != FIRTH_OK) {
        wire->no_memory = true;
        return -1;
    }
    atomic_store(&wire->out_length, wire->out.length);
    return size;
}

/* Everything is flushed at once, and nothing else can be asked of it. */
static long control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static int create(BIO *bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

BIO_METHOD *firth_tls_wire_methods(void)
{
    BIO_METHOD *methods = BIO_meth_new(BIO_TYPE_MEM, "firth");
    if (methods == NULL)
        return NULL;
    BIO_meth_set_read(methods, read_bytes);
    BIO_meth_set_write(methods, write_bytes);
    BIO_meth_set_ctrl(methods, control);
    BIO_meth_set_create(methods, create);
    return methods;
}
