/* A stream over an object of Go's, without any call from C into Go: the table of
 * functions answers from what is staged here, and notes what is missing. Go then has the
 * object do that, in the goroutine of the call, and tries again
 * (bindings/go/object_poller.go).
 *
 * Bytes to be written are staged by one call at a time, their owner: from the try that
 * stages them until the next one has been told how many the object took. */
%{
#include <pthread.h>

/* Sizes of memory that is kept for the next bytes. */
#define FIRTH_GO_KEPT 65536

/* Go reads this layout: type Missed in custom.go. */
typedef struct firth_go_missed {
    uint64_t read;      /* bytes that a read asks for */
    uint64_t write;     /* bytes staged for the object to write */
    uint64_t unclaimed; /* bytes that the object took, of which no try has been told yet */
    int32_t poll;       /* a poll asks */
    int32_t flush;      /* a flush asks */
    int32_t busy;       /* 1: another call owns what is staged; 2: its object has it */
} firth_go_missed;

/* What a call cannot have from its object. Go has the same: Refuses... in custom.go. */
#define FIRTH_GO_NO_READ 1
#define FIRTH_GO_NO_WRITE 2
#define FIRTH_GO_NO_POLL 4

typedef struct firth_go_bytes {
    unsigned char *data;
    size_t at, length, capacity;
} firth_go_bytes;

/* The table's `self`. Go and the stream have a reference each. */
typedef struct firth_go_custom {
    pthread_mutex_t mutex;
    unsigned references;
    bool flushes;           /* the object has a Flush */
    char type[128];         /* the object's, for the text of errors */
    firth_go_bytes in;      /* came from the object */
    bool ended;             /* behind `in` is the end */
    bool lost;              /* what the object lies over has lost its peer */
    bool ready;             /* the object says that a read would find something */
    firth_go_bytes out;     /* staged for the object */
    unsigned long long owner; /* the call whose `out` and `taken` it is; 0: nobody's */
    bool handed;            /* the object has `out` */
    size_t taken;           /* the object took them, and no try has been told */
} firth_go_custom;

/* The try that this thread is in. */
typedef struct firth_go_try {
    firth_go_custom *custom;
    unsigned long long call;
    int refuses;
    bool flushed;
    firth_go_missed missed;
} firth_go_try;

static _Thread_local firth_go_try firth_go_current;

static firth_go_try *firth_go_try_of(const firth_go_custom *custom)
{
    return firth_go_current.custom == custom ? &firth_go_current : NULL;
}

static firth_err firth_go_refuse(const firth_go_custom *custom, const char *lacks)
{
    char detail[256];
    snprintf(detail, sizeof detail, "a %s %s", custom->type, lacks);
    return firth_error_raise(FIRTH_E_NOT_SUPPORTED, 0, detail);
}

static firth_err firth_go_room(firth_go_bytes *bytes, size_t more)
{
    if (bytes->at != 0 && bytes->length != 0)
        memmove(bytes->data, bytes->data + bytes->at, bytes->length);
    bytes->at = 0;
    if (bytes->capacity - bytes->length >= more)
        return FIRTH_OK;
    unsigned char *data = realloc(bytes->data, bytes->length + more);
    if (data == NULL)
        return firth_error_raise(FIRTH_E_NO_MEMORY, 0, "no memory to stage bytes");
    bytes->data = data;
    bytes->capacity = bytes->length + more;
    return FIRTH_OK;
}

static void firth_go_empty(firth_go_bytes *bytes)
{
    bytes->at = bytes->length = 0;
    if (bytes->capacity <= FIRTH_GO_KEPT)
        return;
    free(bytes->data);
    *bytes = (firth_go_bytes){NULL, 0, 0, 0};
}

static size_t firth_go_take(firth_go_bytes *bytes, const firth_span *spans, size_t span_count)
{
    size_t taken = 0;
    for (size_t i = 0; i < span_count && bytes->length != 0; i++) {
        size_t part = spans[i].length < bytes->length ? spans[i].length : bytes->length;
        if (part != 0)
            memcpy(spans[i].data, bytes->data + bytes->at, part);
        bytes->at += part;
        bytes->length -= part;
        taken += part;
    }
    return taken;
}

static firth_err firth_go_miss_read(const firth_go_custom *custom, const firth_span *spans,
                                    size_t span_count)
{
    firth_go_try *now = firth_go_try_of(custom);
    if (now == NULL)
        return FIRTH_E_WANT_READ;
    if (now->refuses & FIRTH_GO_NO_READ)
        return firth_go_refuse(custom, "cannot read for a time: it lacks SetReadDeadline");
    for (size_t i = 0; i < span_count; i++)
        now->missed.read += spans[i].length;
    return FIRTH_E_WANT_READ;
}

static firth_err firth_go_read_some(void *self, const firth_span *spans, size_t span_count,
                                    double timeout, size_t *count)
{
    firth_go_custom *custom = self;
    firth_err err = FIRTH_OK;
    (void)timeout;
    pthread_mutex_lock(&custom->mutex);
    *count = firth_go_take(&custom->in, spans, span_count);
    if (*count != 0)
        custom->ready = false;
    else if (custom->lost)
        err = FIRTH_E_CONNECTION_LOST;
    else
        err = custom->ended ? FIRTH_E_EOF : firth_go_miss_read(custom, spans, span_count);
    pthread_mutex_unlock(&custom->mutex);
    return err;
}

static size_t firth_go_length(const firth_slice *slices, size_t slice_count)
{
    size_t length = 0;
    for (size_t i = 0; i < slice_count; i++)
        length += slices[i].length;
    return length;
}

static firth_err firth_go_stage(firth_go_custom *custom, firth_go_try *now,
                                const firth_slice *slices, size_t slice_count)
{
    firth_go_bytes *out = &custom->out;
    out->at = out->length = 0;
    firth_err err = firth_go_room(out, firth_go_length(slices, slice_count));
    if (err != FIRTH_OK)
        return err;
    for (size_t i = 0; i < slice_count; i++) {
        if (slices[i].length != 0)
            memcpy(out->data + out->length, slices[i].data, slices[i].length);
        out->length += slices[i].length;
    }
    custom->owner = now->call;
    now->missed.write = out->length;
    return FIRTH_E_WANT_WRITE;
}

static firth_err firth_go_write_some(void *self, const firth_slice *slices, size_t slice_count,
                                     double timeout, size_t *count)
{
    firth_go_custom *custom = self;
    firth_go_try *now = firth_go_try_of(custom);
    firth_err err = FIRTH_E_WANT_WRITE;
    (void)timeout;
    pthread_mutex_lock(&custom->mutex);
    bool mine = custom->owner == 0 || (now != NULL && custom->owner == now->call);
    if (mine && custom->taken != 0) {
        size_t length = firth_go_length(slices, slice_count);
        *count = length < custom->taken ? length : custom->taken;
        custom->taken -= *count;
        if (custom->taken == 0)
            custom->owner = 0;
        err = FIRTH_OK;
    } else if (custom->lost) {
        err = FIRTH_E_CONNECTION_LOST;
    } else if (now != NULL && !mine) {
        now->missed.busy = custom->handed || custom->taken != 0 ? 2 : 1;
    } else if (now != NULL && now->refuses & FIRTH_GO_NO_WRITE) {
        err = firth_go_refuse(custom, "cannot write for a time: it lacks SetWriteDeadline");
    } else if (now != NULL) {
        err = firth_go_stage(custom, now, slices, slice_count);
    }
    pthread_mutex_unlock(&custom->mutex);
    return err;
}

static firth_err firth_go_poll(void *self, double timeout, bool *ready)
{
    firth_go_custom *custom = self;
    firth_go_try *now = firth_go_try_of(custom);
    (void)timeout;
    pthread_mutex_lock(&custom->mutex);
    *ready = custom->in.length != 0 || custom->ended || custom->ready;
    pthread_mutex_unlock(&custom->mutex);
    if (*ready || now == NULL)
        return FIRTH_OK;
    if (now->refuses & FIRTH_GO_NO_POLL)
        return firth_go_refuse(custom, "cannot be polled so: it lacks Poll or SetReadDeadline");
    now->missed.poll = 1;
    return FIRTH_OK;
}

static firth_err firth_go_flush(void *self, double timeout)
{
    firth_go_custom *custom = self;
    firth_go_try *now = firth_go_try_of(custom);
    (void)timeout;
    if (!custom->flushes || now == NULL || now->flushed)
        return FIRTH_OK;
    if (now->refuses & FIRTH_GO_NO_WRITE)
        return firth_go_refuse(custom, "cannot flush for a time: it lacks SetWriteDeadline");
    now->missed.flush = 1;
    return FIRTH_E_WANT_WRITE;
}

static void firth_go_held(void *self, size_t *to_read, size_t *to_write)
{
    firth_go_custom *custom = self;
    pthread_mutex_lock(&custom->mutex);
    *to_read = custom->in.length;
    *to_write = 0;
    pthread_mutex_unlock(&custom->mutex);
}

static void firth_go_custom_release(void *self)
{
    firth_go_custom *custom = self;
    pthread_mutex_lock(&custom->mutex);
    bool last = --custom->references == 0;
    pthread_mutex_unlock(&custom->mutex);
    if (!last)
        return;
    pthread_mutex_destroy(&custom->mutex);
    free(custom->in.data);
    free(custom->out.data);
    free(custom);
}

static const firth_stream_ops firth_go_table = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .flags = FIRTH_STREAM_CALLERS_THREADS,
    .name = "custom",
    .read_some = firth_go_read_some,
    .write_some = firth_go_write_some,
    .poll = firth_go_poll,
    .held = firth_go_held,
    .flush = firth_go_flush,
    .release = firth_go_custom_release,
};
%}

%typemap(gotype) firth_go_custom *CUSTOM "uintptr"
%typemap(gotype) firth_go_custom **CUSTOM "*uintptr"
%typemap(gotype) firth_go_missed *MISSED "*Missed"
%typemap(gotype) const char *TYPE "*byte"
%typemap(in) const char *TYPE %{ $1 = ($1_ltype)$input; %}
%typemap(freearg) const char *TYPE ""

%rename(custom_create) firth_go_custom_create;
%rename(custom_free) firth_go_custom_free;
%rename(custom_begin) firth_go_custom_begin;
%rename(custom_end) firth_go_custom_end;
%rename(custom_room) firth_go_custom_room;
%rename(custom_arrived) firth_go_custom_arrived;
%rename(custom_ready) firth_go_custom_ready;
%rename(custom_lost) firth_go_custom_lost;
%rename(custom_hand_out) firth_go_custom_hand_out;
%rename(custom_taken) firth_go_custom_taken;
%rename(custom_let_go) firth_go_custom_let_go;

%inline %{
static firth_err firth_go_custom_create(firth_stream **STREAM, firth_go_custom **CUSTOM,
                                        const char *TYPE, bool flushes)
{
    firth_go_custom *custom = calloc(1, sizeof *custom);
    if (custom == NULL)
        return firth_error_raise(FIRTH_E_NO_MEMORY, 0, "no memory for a custom stream");
    pthread_mutex_init(&custom->mutex, NULL);
    custom->references = 2;
    custom->flushes = flushes;
    strncpy(custom->type, TYPE, sizeof custom->type - 1);
    firth_err err = firth_stream_create(STREAM, &firth_go_table, custom);
    if (err != FIRTH_OK) {
        custom->references = 1;
        firth_go_custom_release(custom);
        return err;
    }
    *CUSTOM = custom;
    return FIRTH_OK;
}

static void firth_go_custom_free(firth_go_custom *CUSTOM)
{
    firth_go_custom_release(CUSTOM);
}

/* Around each try, on one thread. `call` tells calls apart. */
static void firth_go_custom_begin(firth_go_custom *CUSTOM, unsigned long long call, int refuses,
                                  bool flushed)
{
    const firth_go_try now = {.custom = CUSTOM, .call = call, .refuses = refuses,
                              .flushed = flushed};
    firth_go_current = now;
}

static void firth_go_custom_end(firth_go_custom *CUSTOM, firth_go_missed *MISSED)
{
    pthread_mutex_lock(&CUSTOM->mutex);
    *MISSED = firth_go_current.missed;
    MISSED->unclaimed = CUSTOM->owner == firth_go_current.call ? CUSTOM->taken : 0;
    pthread_mutex_unlock(&CUSTOM->mutex);
    firth_go_current.custom = NULL;
}

/* Sees to it that so many bytes can arrive. */
static firth_err firth_go_custom_room(firth_go_custom *CUSTOM, size_t more)
{
    pthread_mutex_lock(&CUSTOM->mutex);
    firth_err err = firth_go_room(&CUSTOM->in, more);
    pthread_mutex_unlock(&CUSTOM->mutex);
    return err;
}

/* What the object gave, no more than there is room for. */
static void firth_go_custom_arrived(firth_go_custom *CUSTOM, const void *DATA, size_t LENGTH,
                                    bool ended)
{
    firth_go_bytes *in = &CUSTOM->in;
    pthread_mutex_lock(&CUSTOM->mutex);
    if (LENGTH != 0)
        memcpy(in->data + in->at + in->length, DATA, LENGTH);
    in->length += LENGTH;
    CUSTOM->ended = CUSTOM->ended || ended;
    CUSTOM->ready = false;
    pthread_mutex_unlock(&CUSTOM->mutex);
}

static void firth_go_custom_ready(firth_go_custom *CUSTOM)
{
    pthread_mutex_lock(&CUSTOM->mutex);
    CUSTOM->ready = true;
    pthread_mutex_unlock(&CUSTOM->mutex);
}

static void firth_go_custom_lost(firth_go_custom *CUSTOM)
{
    pthread_mutex_lock(&CUSTOM->mutex);
    CUSTOM->lost = true;
    pthread_mutex_unlock(&CUSTOM->mutex);
}

/* The owner's: the staged bytes, for the object to write. */
static void firth_go_custom_hand_out(firth_go_custom *CUSTOM, void *BUFFER, size_t CAPACITY)
{
    pthread_mutex_lock(&CUSTOM->mutex);
    memcpy(BUFFER, CUSTOM->out.data, CAPACITY);
    firth_go_empty(&CUSTOM->out);
    CUSTOM->handed = true;
    pthread_mutex_unlock(&CUSTOM->mutex);
}

/* The owner's: so many of them did the object take. */
static void firth_go_custom_taken(firth_go_custom *CUSTOM, size_t count)
{
    pthread_mutex_lock(&CUSTOM->mutex);
    CUSTOM->handed = false;
    CUSTOM->taken = count;
    if (count == 0)
        CUSTOM->owner = 0;
    pthread_mutex_unlock(&CUSTOM->mutex);
}

/* The end of a call: what it staged is nobody's any more. */
static void firth_go_custom_let_go(firth_go_custom *CUSTOM, unsigned long long call)
{
    pthread_mutex_lock(&CUSTOM->mutex);
    if (CUSTOM->owner == call) {
        firth_go_empty(&CUSTOM->out);
        CUSTOM->owner = 0;
    }
    pthread_mutex_unlock(&CUSTOM->mutex);
}
%}
