%{
static firth_err firth_swig_stream_read(firth_stream *stream, size_t length, double timeout,
                                        firth_bytes *bytes);
static firth_err firth_swig_stream_read_some(firth_stream *stream, size_t capacity, double timeout,
                                             firth_bytes *bytes);
%}

%rename(Stream) firth_stream;
%nodefaultctor firth_stream;
%nodefaultdtor firth_stream;
typedef struct {} firth_stream;

%constant double FINISH_TIMEOUT = FIRTH_FINISH_TIMEOUT;
%constant int STREAM_CHUNK_SIZE = FIRTH_STREAM_CHUNK_SIZE;

/* An %extend with a body must not be called as the function of the header is. */
%rename(read) firth_stream::read_bytes;
%rename(read_some) firth_stream::read_some_bytes;

%extend firth_stream {
    /* A second object on the same stream; subclasses of a language begin so. */
    firth_stream(firth_stream *STREAM) { return firth_stream_retain(STREAM); }
    ~firth_stream() { firth_stream_free($self); }

    firth_err read_bytes(size_t count, double TIMEOUT, firth_bytes *BYTES) {
        return firth_swig_stream_read($self, count, TIMEOUT, BYTES);
    }
    firth_err read_some_bytes(size_t capacity, double TIMEOUT, firth_bytes *BYTES) {
        return firth_swig_stream_read_some($self, capacity, TIMEOUT, BYTES);
    }
    firth_err write(const void *DATA, size_t LENGTH, double TIMEOUT);
    firth_err write_some(const void *DATA, size_t LENGTH, double TIMEOUT, size_t *COUNT);
    firth_err unread(const void *DATA, size_t LENGTH);
    firth_err poll(double TIMEOUT, bool *READY);
    firth_err flush(double TIMEOUT);
    firth_err held(size_t *TO_READ, size_t *TO_WRITE);
    firth_err close(void);
    firth_err finish(double TIMEOUT);
    bool closed(void);
    firth_err fileno(int *DESCRIPTOR);
    firth_err write_fileno(int *DESCRIPTOR);
    firth_err set_timeout(double TIMEOUT);
    double timeout(void);
    firth_err counters(firth_counters *COUNTERS);
    firth_err wake(void);
}

%wrapper %{
static firth_err firth_swig_stream_read(firth_stream *stream, size_t length, double timeout,
                                        firth_bytes *bytes)
{
    firth_err err = firth_bytes_create(bytes, length);
    if (err == FIRTH_OK)
        err = firth_stream_read(stream, bytes->data, length, timeout);
    if (err != FIRTH_OK)
        firth_bytes_free(bytes);
    return err;
}

static firth_err firth_swig_stream_read_some(firth_stream *stream, size_t capacity, double timeout,
                                             firth_bytes *bytes)
{
    firth_err err = firth_bytes_create(bytes, capacity);
    if (err == FIRTH_OK)
        err = firth_stream_read_some(stream, bytes->data, capacity, timeout, &bytes->length);
    if (err != FIRTH_OK)
        firth_bytes_free(bytes);
    return err;
}
%}
