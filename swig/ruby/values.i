/* Bytes in: a String, or what has to_str, that no other thread can change while the
 * call runs. */
%typemap(in) (const void *DATA, size_t LENGTH) (firth_ruby_data data) {
    firth_ruby_take_bytes($input, &data);
    $1 = ($1_ltype)data.bytes;
    $2 = data.length;
}
%typemap(freearg) (const void *DATA, size_t LENGTH) "RB_GC_GUARD(data$argnum.keep);"

%apply (const void *DATA, size_t LENGTH) { (const void *SALT, size_t SALT_LENGTH) };

/* The same, of which no copy is left; nil is no key. */
%typemap(in) (const void *KEY, size_t KEY_LENGTH) (firth_ruby_data data = { NULL, 0, Qnil, { 0 } }) {
    if (!NIL_P($input))
        firth_ruby_take_bytes($input, &data);
    $1 = ($1_ltype)data.bytes;
    $2 = data.length;
}
%typemap(freearg) (const void *KEY, size_t KEY_LENGTH) "firth_ruby_forget_bytes(&data$argnum);"

/* Bytes out: a String in ASCII-8BIT. */
%typemap(in, numinputs=0) firth_bytes *BYTES (firth_bytes bytes = {NULL, 0}) "$1 = &bytes;"
%typemap(argout) firth_bytes *BYTES
    "if (result == FIRTH_OK) $result = firth_ruby_string($1->data, $1->length);"
%typemap(freearg) firth_bytes *BYTES "firth_bytes_free($1);"

%typemap(in, numinputs=0) firth_payload *PAYLOAD (firth_payload payload) {
    firth_ruby_payload_begin(&payload);
    $1 = &payload;
}
%typemap(argout) firth_payload *PAYLOAD
    "if (result == FIRTH_OK) $result = firth_ruby_payload_string($1);"
%typemap(freearg) firth_payload *PAYLOAD "firth_ruby_payload_end($1);"

/* Seconds, last and optional: a number, nil for ever, or the keyword `timeout:`.
 * What is absent is the stream's own setting, but poll only looks. */
%typemap(default) double TIMEOUT
    "$1 = strstr(\"$symname\", \"_poll\") != NULL ? 0.0 : FIRTH_UNSET;"
%typemap(in) double TIMEOUT, double batch_timeout "$1 = firth_ruby_seconds($input);"
%typemap(out) double timeout "$result = firth_ruby_from_seconds($1);"
%typemap(out) double firth_stream::timeout "$result = firth_ruby_from_seconds($1);"

/* What follows an optional argument is optional too. */
%typemap(default) int ipv6 "$1 = FIRTH_IPV6_UNSET;"
%typemap(default) int family, int socktype, int proto, int keepalive "$1 = 0;"
%typemap(default) int backlog "$1 = 128;"
%typemap(default) int ssl_version "$1 = FIRTH_TLS_UNSET;"
%typemap(default) int cert_reqs "$1 = FIRTH_CERT_UNSET;"
%typemap(default) int check_hostname "$1 = -1;"
%typemap(default) bool nodelay "$1 = true;"

%typemap(in) size_t "$1 = firth_ruby_size($input);"
%typemap(in) int "$1 = NUM2INT($input);"
%typemap(in) bool "$1 = RTEST($input);"

/* Text in: copied, without NUL bytes. */
%typemap(in) const char *HOST (VALUE keep = Qnil), const char *TEXT (VALUE keep = Qnil),
             const char *OPTIONAL (VALUE keep = Qnil)
    "$1 = ($1_ltype)firth_ruby_text($input, &keep);"
%typemap(in) const char *PATH (VALUE keep = Qnil)
    "$1 = ($1_ltype)firth_ruby_path($input, &keep);"
%typemap(freearg) const char *HOST, const char *PATH, const char *TEXT, const char *OPTIONAL
    "RB_GC_GUARD(keep$argnum);"
%typemap(in) const char *const *STRINGS (VALUE keep = Qnil)
    "$1 = ($1_ltype)firth_ruby_strings($input, &keep);"
%typemap(freearg) const char *const *STRINGS "RB_GC_GUARD(keep$argnum);"
%typemap(out) const char * "$result = rb_external_str_new_cstr($1);"
%typemap(out) const char *path "$result = rb_filesystem_str_new_cstr($1);"

%typemap(in, numinputs=0) const char **STATIC_TEXT (const char *text = NULL)
    "$1 = ($1_ltype)&text;"
%typemap(argout) const char **STATIC_TEXT
    "if (result == FIRTH_OK) $result = rb_usascii_str_new_cstr(text$argnum);"

/* Values out. */
%typemap(in, numinputs=0) bool *READY (bool answer = false) "$1 = &answer;"
%typemap(argout) bool *READY
    "if (result == FIRTH_OK) $result = *$1 ? Qtrue : Qfalse;"
%typemap(in, numinputs=0) int *DESCRIPTOR (int descriptor = -1) "$1 = &descriptor;"
%typemap(argout) int *DESCRIPTOR "if (result == FIRTH_OK) $result = INT2NUM(*$1);"
%typemap(in, numinputs=0) size_t *COUNT (size_t count = 0) "$1 = &count;"
%typemap(argout) size_t *COUNT "if (result == FIRTH_OK) $result = SIZET2NUM(*$1);"
%apply size_t *COUNT { size_t *TO_READ, size_t *TO_WRITE };
%typemap(argout) size_t *TO_WRITE
    "if (result == FIRTH_OK) $result = rb_assoc_new($result, SIZET2NUM(*$1));"
%typemap(in, numinputs=0) firth_counters *COUNTERS (firth_counters counters) "$1 = &counters;"
%typemap(argout) firth_counters *COUNTERS
    "if (result == FIRTH_OK) $result = firth_ruby_counters($1);"
