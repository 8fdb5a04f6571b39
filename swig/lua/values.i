/* Values in. The checks raise in Lua's own words: "bad argument #1 to 'send' (...)". */

%typemap(in, checkfn="firth_lua_unchecked") (const void *DATA, size_t LENGTH) {
    $1 = (void *)firth_lua_bytes(L, $input, &$2);
}

%apply (const void *DATA, size_t LENGTH) { (const void *SALT, size_t SALT_LENGTH) };

/* The same; nil is no key. */
%typemap(in, checkfn="firth_lua_unchecked") (const void *KEY, size_t KEY_LENGTH) {
    $1 = lua_isnil(L, $input) ? NULL : (void *)firth_lua_bytes(L, $input, &$2);
}

%typemap(in, checkfn="firth_lua_unchecked") const char *HOST, const char *PATH,
        const char *TEXT, const char *OPTIONAL {
    $1 = (char *)firth_lua_text(L, $input);
}

/* In the place of the list comes memory that keeps it. */
%typemap(in, checkfn="firth_lua_unchecked") const char *const *STRINGS {
    $1 = (char **)firth_lua_strings(L, $input);
}

%typemap(in, checkfn="firth_lua_unchecked") double TIMEOUT {
    $1 = firth_lua_timeout(L, $input, FIRTH_UNSET);
}

%typemap(in, checkfn="firth_lua_unchecked") int {
    $1 = firth_lua_int(L, $input);
}

%typemap(in, checkfn="firth_lua_unchecked") size_t {
    $1 = firth_lua_size(L, $input);
}

%typemap(in, checkfn="firth_lua_unchecked") bool {
    $1 = firth_lua_bool(L, $input);
}

/* Values out. */

%typemap(out) int, size_t {
    lua_pushinteger(L, (lua_Integer)$1);
    SWIG_arg++;
}

/* An object of Lua below may know better. */
%typemap(out) bool firth_stream::closed, bool firth_channel::closed {
    bool closed = $1 || firth_lua_closed_below(L, 1);
    lua_pushboolean(L, closed);
    SWIG_arg++;
}

/* A time; for ever is nil. */
%typemap(out) double {
    firth_lua_push_time(L, $1);
    SWIG_arg++;
}

/* poll without a time looks and does not wait. */
%typemap(in, checkfn="firth_lua_unchecked") (double TIMEOUT, bool *READY) (bool ready = false) {
    $1 = firth_lua_timeout(L, $input, 0);
    $2 = &ready;
}
%typemap(argout) (double TIMEOUT, bool *READY) {
    if (result == FIRTH_OK) {
        lua_pushboolean(L, *$2);
        SWIG_arg++;
    }
}

%typemap(in, numinputs=0) int *DESCRIPTOR (int descriptor = -1) {
    $1 = &descriptor;
}
%typemap(argout) int *DESCRIPTOR {
    if (result == FIRTH_OK) {
        lua_pushinteger(L, *$1);
        SWIG_arg++;
    }
}

/* Text that is never freed. */
%typemap(in, numinputs=0) const char **STATIC_TEXT (const char *text = "") {
    $1 = (char **)&text;
}
%typemap(argout) const char **STATIC_TEXT {
    if (result == FIRTH_OK) {
        lua_pushstring(L, *$1);
        SWIG_arg++;
    }
}

%typemap(in, numinputs=0) size_t *COUNT (size_t count = 0) {
    $1 = &count;
}
%typemap(argout) size_t *COUNT {
    if (result == FIRTH_OK) {
        lua_pushinteger(L, (lua_Integer)*$1);
        SWIG_arg++;
    }
}

%apply size_t *COUNT { size_t *TO_READ, size_t *TO_WRITE };

%typemap(in, numinputs=0) firth_counters *COUNTERS (firth_counters counters) {
    $1 = &counters;
}
%typemap(argout) firth_counters *COUNTERS {
    if (result == FIRTH_OK) {
        firth_lua_push_counters(L, $1);
        SWIG_arg++;
    }
}

%typemap(in, numinputs=0) firth_bytes *BYTES (firth_bytes bytes = { NULL, 0 }) {
    $1 = &bytes;
}
%typemap(argout) firth_bytes *BYTES {
    if (result != FIRTH_OK) {
        firth_bytes_free($1);
    } else {
        firth_lua_push_bytes(L, $1);
        SWIG_arg++;
    }
}

/* What firth_swig_channel_recv fills. */
%typemap(in, numinputs=0) firth_payload *PAYLOAD (firth_payload payload) {
    $1 = &payload;
}
%typemap(argout) firth_payload *PAYLOAD {
    if (result != FIRTH_OK) {
        firth_lua_payload_free($1);
    } else {
        firth_lua_push_payload(L, $1);
        SWIG_arg++;
    }
}
