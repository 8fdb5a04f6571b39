/* firth_err becomes error: nil for FIRTH_OK at the cost of one comparison, else what
 * failure.go makes of the record, which the same call has filled (the detail belongs
 * to the thread, and the next call may run on another one). */
%{
/* Go reads this layout: type record in failure.go. */
typedef struct firth_go_record {
    int32_t code;
    int32_t os_error;
    int32_t resolver_error;
    int32_t wants;
    uint64_t count;
    int32_t shared; /* position in firth_go_shared plus 1, or 0: Go frees it */
    char detail[516];
} firth_go_record;

/* Answers of a try that are no failures to tell about, and the one answer for which
 * there is no memory: they are never freed. */
static firth_go_record firth_go_shared[] = {
    {FIRTH_E_TIMEOUT, 0, 0, FIRTH_WANTS_NOTHING, 0, 1, ""},
    {FIRTH_E_TIMEOUT, 0, 0, FIRTH_WANTS_READ, 0, 2, ""},
    {FIRTH_E_TIMEOUT, 0, 0, FIRTH_WANTS_WRITE, 0, 3, ""},
    {FIRTH_E_TIMEOUT, 0, 0, FIRTH_WANTS_EITHER, 0, 4, ""},
    {FIRTH_E_BUSY, 0, 0, FIRTH_WANTS_WRITE, 0, 5, ""},
    {FIRTH_E_WANT_READ, 0, 0, FIRTH_WANTS_READ, 0, 6, "more bytes must be fed first"},
    {FIRTH_E_NO_MEMORY, 0, 0, FIRTH_WANTS_NOTHING, 0, 7, "out of memory"},
};

static void firth_go_fill(firth_go_record *record, firth_err err)
{
    const firth_error *error = firth_last_error();
    const char *detail = error->code == err ? error->detail : firth_error_text(err);
    memset(record, 0, sizeof *record);
    record->code = (int32_t)err;
    strncpy(record->detail, detail, sizeof record->detail - 1);
    if (error->code != err)
        return;
    record->os_error = error->os_error;
    record->resolver_error = error->resolver_error;
    record->wants = (int32_t)error->wants;
    record->count = error->count;
}

/* The whole of it, in memory that Go frees. */
static const void *firth_go_failure(firth_err err)
{
    firth_go_record *record;
    if (err == FIRTH_OK)
        return NULL;
    record = malloc(sizeof *record);
    if (record == NULL)
        return &firth_go_shared[6];
    firth_go_fill(record, err);
    return record;
}

/* As firth_go_failure, after a try: would-block costs no memory. */
static const void *firth_go_tried(firth_err err)
{
    if (err == FIRTH_E_TIMEOUT)
        return &firth_go_shared[(unsigned)firth_last_error()->wants & 3U];
    if (err == FIRTH_E_BUSY)
        return &firth_go_shared[4];
    if (err == FIRTH_E_WANT_READ)
        return &firth_go_shared[5];
    return firth_go_failure(err);
}
%}

%typemap(gotype) firth_err "error"
%typemap(imtype) firth_err "*byte"
%typemap(out) firth_err %{ $result = (void *)firth_go_tried($1); %}
%typemap(out) firth_err firth_swig_socket_stream_connect,
              firth_err firth_socket_stream_unix_connect,
              firth_err firth_swig_tunneled_socket_stream_socks5_connect,
              firth_err firth_swig_tunneled_socket_stream_http_connect,
              firth_err firth_swig_tunneled_socket_stream_ssh_connect,
              firth_err firth_swig_socket_stream_ssl_connect,
              firth_err firth_open,
              firth_err firth_stream::finish,
              firth_err firth_channel::finish
    %{ $result = (void *)firth_go_failure($1); %}
%typemap(goout) firth_err %{ $result = failure($1) %}

%rename(error_name) firth_go_error_name;
%rename(record_free) firth_go_record_free;

%typemap(gotype) void *RECORD "unsafe.Pointer"
%inline %{
static const char *firth_go_error_name(int code)
{
    return firth_error_name((firth_err)code);
}

static void firth_go_record_free(void *RECORD)
{
    free(RECORD);
}
%}
