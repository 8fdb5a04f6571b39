/* Whatever a peer says in the hand-shake of TLS and after it, and whatever somebody between
 * two honest sides changes, a call comes to an end, says so again, keeps little, and delivers
 * nothing that was not sent.
 *
 * Input: one byte, 0 for a client and 1 for a server that hears the rest; or another, and
 * then changes of three bytes each: where in the bytes of the client (even) or the server
 * (odd), and what is xored there. */
#include "fuzz.h"

#include <firth/firth.h>
#include <firth/stream_ops.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROOM 65536

/* ---- A certificate that is made once, in files without names -------------------------------- */

static char certificate_path[32], key_path[32];

static FILE *nameless(char path[32])
{
    int number = memfd_create("firth", 0);
    snprintf(path, 32, "/proc/self/fd/%d", number);
    return fdopen(number, "w");
}

static void make_certificate(void)
{
    if (*key_path != '\0')
        return;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *made = X509_new();
    X509V3_CTX context;
    X509_set_version(made, X509_VERSION_3);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                               (const unsigned char *)"firth", -1, -1, 0);
    X509_set_issuer_name(made, X509_get_subject_name(made));
    X509_gmtime_adj(X509_getm_notBefore(made), -86400);
    X509_gmtime_adj(X509_getm_notAfter(made), 86400);
    X509_set_pubkey(made, key);
    X509V3_set_ctx(&context, made, made, NULL, NULL, 0);
    X509_EXTENSION *names =
        X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, "DNS:localhost");
    X509_add_ext(made, names, -1);
    must(X509_sign(made, key, EVP_sha256()) > 0, "no certificate");
    FILE *certificate = nameless(certificate_path), *private = nameless(key_path);
    PEM_write_X509(certificate, made);
    PEM_write_PrivateKey(private, key, NULL, NULL, 0, NULL, NULL);
    fflush(certificate);
    fflush(private);
    X509_EXTENSION_free(names);
    X509_free(made);
    EVP_PKEY_free(key);
}

/* ---- Streams in memory --------------------------------------------------------------------- */

typedef struct queue {
    uint8_t bytes[ROOM];
    size_t written, read;
    bool ended;
} queue;

typedef struct end {
    queue *in, *out;
} end;

static queue queues[2];
static end ends[2] = {{&queues[1], &queues[0]}, {&queues[0], &queues[1]}};

static firth_err read_some(void *object, const firth_span *spans, size_t span_count, double timeout,
                           size_t *count)
{
    queue *in = ((end *)object)->in;
    size_t left = in->written - in->read;
    (void)span_count, (void)timeout;
    if (left == 0)
        return in->ended ? FIRTH_E_EOF : FIRTH_E_WANT_READ;
    *count = left < spans[0].length ? left : spans[0].length;
    memcpy(spans[0].data, in->bytes + in->read, *count);
    in->read += *count;
    return FIRTH_OK;
}

static firth_err write_some(void *object, const firth_slice *slices, size_t slice_count,
                            double timeout, size_t *count)
{
    queue *out = ((end *)object)->out;
    size_t room = ROOM - out->written;
    (void)slice_count, (void)timeout;
    if (room == 0)
        return FIRTH_E_WANT_WRITE;
    *count = slices[0].length < room ? slices[0].length : room;
    memcpy(out->bytes + out->written, slices[0].data, *count);
    out->written += *count;
    return FIRTH_OK;
}

static void release(void *object)
{
    (void)object;
}

static firth_stream *make_tls(unsigned side)
{
    const firth_stream_ops ops = {
        .version = FIRTH_STREAM_OPS_VERSION,
        .read_some = read_some,
        .write_some = write_some,
        .release = release,
    };
    firth_tls_options options = FIRTH_TLS_OPTIONS_INIT;
    firth_stream *lower, *stream;
    must(firth_stream_create(&lower, &ops, &ends[side]) == FIRTH_OK, "no stream");
    options.ca_certs = side == 0 ? certificate_path : NULL;
    options.server_name = "localhost";
    if (side == 1) {
        options.certfile = certificate_path;
        options.keyfile = key_path;
    }
    firth_err err = side == 0 ? firth_tls_stream_client(&stream, lower, &options)
                              : firth_tls_stream_server(&stream, lower, &options);
    must(err == FIRTH_OK, "no TLS stream");
    firth_stream_free(lower);
    return stream;
}

/* ---- What must hold --------------------------------------------------------------------- */

static bool may_be(firth_err err)
{
    return err == FIRTH_OK || err == FIRTH_E_TIMEOUT || err == FIRTH_E_TLS ||
           err == FIRTH_E_CERTIFICATE || err == FIRTH_E_CONNECTION_LOST || err == FIRTH_E_EOF;
}

static firth_err checked(firth_stream *stream, firth_err err)
{
    size_t to_read, to_write;
    must(may_be(err), "an error that a peer cannot cause");
    must(ERR_peek_error() == 0, "errors left in OpenSSL's queue");
    if (firth_stream_held(stream, &to_read, &to_write) == FIRTH_OK)
        must(to_read <= 2 * ROOM && to_write <= 2 * ROOM, "more than a peer may cost");
    return err;
}

static const char said[] = "what one side says to the other";

/* Reads all there is; what it says must be what was said. */
static firth_err read_all(firth_stream *stream, bool honest)
{
    char text[sizeof said];
    firth_err err = checked(stream, firth_stream_read(stream, text, sizeof text, 0));
    must(err != FIRTH_OK || honest, "bytes of a peer that cannot seal");
    must(err != FIRTH_OK || memcmp(text, said, sizeof said) == 0, "other bytes than were sent");
    if (err == FIRTH_E_TLS || err == FIRTH_E_CERTIFICATE)
        must(firth_stream_write(stream, said, 1, 0) == err, "a fault that is not said again");
    return err;
}

static void hear(unsigned side, const uint8_t *data, size_t size)
{
    firth_stream *stream = make_tls(side);
    queue *in = ends[side].in;
    memcpy(in->bytes, data, size);
    in->written = size;
    firth_err err = checked(stream, firth_tls_stream_handshake(stream, 0));
    must(err != FIRTH_OK, "hands shaken with nobody");
    in->ended = true;
    must(read_all(stream, false) != FIRTH_E_TIMEOUT, "an end that nobody sees");
    firth_stream_free(stream);
}

typedef struct changes {
    const uint8_t *data;
    size_t count;
    size_t done[2]; /* up to where in each direction */
} changes;

static void change(changes *self)
{
    for (size_t i = 0; i < self->count; i++) {
        const uint8_t *one = self->data + 3 * i;
        size_t place = (size_t)(one[0] << 8 | one[1]);
        unsigned side = place & 1;
        place >>= 1;
        if (place >= self->done[side] && place < queues[side].written)
            queues[side].bytes[place] ^= one[2];
    }
    self->done[0] = queues[0].written;
    self->done[1] = queues[1].written;
}

static void talk(firth_stream *streams[2], changes *made)
{
    for (unsigned round = 0; round < 6; round++)
        for (unsigned side = 0; side < 2; side++) {
            checked(streams[side], firth_tls_stream_handshake(streams[side], 0));
            change(made);
        }
    for (unsigned side = 0; side < 2; side++) {
        checked(streams[side], firth_stream_write(streams[side], said, sizeof said, 0));
        change(made);
    }
    read_all(streams[0], true);
    read_all(streams[1], true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > ROOM)
        return 0;
    make_certificate();
    memset(queues, 0, sizeof queues);
    if (data[0] < 2) {
        hear(data[0], data + 1, size - 1);
        return 0;
    }
    firth_stream *streams[2] = {make_tls(0), make_tls(1)};
    changes made = {.data = data + 1, .count = (size - 1) / 3};
    talk(streams, &made);
    firth_stream_free(streams[0]);
    firth_stream_free(streams[1]);
    return 0;
}
