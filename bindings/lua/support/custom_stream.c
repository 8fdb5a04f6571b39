/* The table of functions of a stream over an object of Lua. */
#include "custom.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

typedef struct transfer {
    firth_lua_custom *custom;
    const firth_span *spans;
    const firth_slice *slices;
    size_t part_count;
    size_t length; /* bytes to ask for or to write */
    double timeout;
    size_t count; /* bytes moved */
    firth_err err;
} transfer;

typedef struct question {
    const char *method;
    double timeout;
    bool ready;
    int descriptor;
    firth_err err;
} question;

static firth_err finish_call(firth_lua_custom *custom, lua_CFunction body, void *call,
                             const firth_err *err)
{
    firth_err ran = firth_lua_custom_run(custom, body, call);
    return ran == FIRTH_OK ? *err : ran;
}

/* ---- Asking whether there is something to read ---------------------------------- */

static firth_err ask_poll(lua_State *L, double timeout, bool *ready)
{
    firth_lua_push_time(L, timeout);
    firth_lua_custom_call(L, 1, "poll", 1);
    firth_err err = firth_lua_custom_failed(L);
    if (err != FIRTH_OK)
        return err;
    int answer = lua_gettop(L) - FIRTH_LUA_RESULTS + 1;
    if (!lua_isboolean(L, answer))
        return firth_lua_custom_misuse(L, answer, "poll", "a boolean");
    *ready = lua_toboolean(L, answer);
    lua_settop(L, answer - 1);
    return FIRTH_OK;
}

static int poll_body(lua_State *L)
{
    question *call = lua_touserdata(L, 2);
    call->err = ask_poll(L, call->timeout, &call->ready);
    return 0;
}

static firth_err poll_object(void *self, double timeout, bool *ready)
{
    question call = { .timeout = timeout };
    firth_err err = finish_call(self, poll_body, &call, &call.err);
    *ready = call.ready;
    return err;
}

/* ---- Reading -------------------------------------------------------------------- */

/* An object whose `read` may wait until it has all is asked for no more than the first
 * span; the rest of the spans may be room for what comes later. */
static size_t length_to_read(const firth_span *spans, size_t span_count, bool some)
{
    size_t length = 0;
    for (size_t i = 0; i < span_count && (some || length == 0); i++)
        length += spans[i].length;
    return length <= LUA_MAXINTEGER ? length : LUA_MAXINTEGER;
}

static void scatter(const char *data, size_t length, const firth_span *spans)
{
    for (; length != 0; spans++) {
        size_t part = spans->length < length ? spans->length : length;
        if (part != 0)
            memcpy(spans->data, data, part);
        data += part;
        length -= part;
    }
}

static firth_err take_read(lua_State *L, transfer *call, const char *method)
{
    int first = lua_gettop(L) - FIRTH_LUA_RESULTS + 1;
    firth_err err = firth_lua_custom_failed(L);
    if (err != FIRTH_OK)
        return err;
    if (lua_isnil(L, first))
        return FIRTH_E_EOF;
    if (lua_type(L, first) != LUA_TSTRING || lua_rawlen(L, first) > call->length)
        return firth_lua_custom_misuse(
            L, first, method,
            lua_pushfstring(L, "a string of at most %I bytes", (lua_Integer)call->length));
    const char *data = lua_tolstring(L, first, &call->count);
    scatter(data, call->count, call->spans);
    return call->count != 0 ? FIRTH_OK : FIRTH_E_EOF;
}

static int read_body(lua_State *L)
{
    transfer *call = lua_touserdata(L, 2);
    const char *method = call->custom->some ? "read_some" : "read";
    bool ready = true;
    if (call->timeout >= 0)
        call->err = ask_poll(L, call->timeout, &ready);
    if (call->err == FIRTH_OK && !ready)
        call->err = FIRTH_E_WANT_READ;
    if (call->err != FIRTH_OK)
        return 0;
    lua_pushinteger(L, (lua_Integer)call->length);
    firth_lua_custom_call(L, 1, method, 1);
    call->err = take_read(L, call, method);
    return 0;
}

static firth_err read_object(void *self, const firth_span *spans, size_t span_count, double timeout,
                             size_t *count)
{
    firth_lua_custom *custom = self;
    transfer call = { .custom = custom, .spans = spans, .timeout = timeout };
    if (timeout >= 0 && !custom->polls)
        return firth_error_raise(FIRTH_E_NOT_SUPPORTED, 0,
                                 "the object cannot poll, so it cannot keep a time-out");
    call.length = length_to_read(spans, span_count, custom->some);
    firth_err err = finish_call(custom, read_body, &call, &call.err);
    *count = call.count;
    return err;
}

/* ---- Writing -------------------------------------------------------------------- */

static void push_joined(lua_State *L, const firth_slice *slices, size_t slice_count)
{
    luaL_Buffer joined;
    luaL_buffinit(L, &joined);
    for (size_t i = 0; i < slice_count; i++)
        if (slices[i].length != 0)
            luaL_addlstring(&joined, slices[i].data, slices[i].length);
    luaL_pushresult(&joined);
}

/* What the number at `index` says was taken; false if it is none that can be. */
static bool read_count(lua_State *L, int index, transfer *call)
{
    int is_integer = 0;
    lua_Integer count =
        lua_type(L, index) == LUA_TNUMBER ? lua_tointegerx(L, index, &is_integer) : 0;
    if (!is_integer || count < 0 || (lua_Unsigned)count > call->length)
        return false;
    call->count = (size_t)count;
    return true;
}

/* A failure after some bytes is what the next write says: the core calls it at once. */
static firth_err fail_late(firth_lua_custom *custom, firth_err err)
{
    const firth_error *error = firth_last_error();
    custom->late = err;
    custom->late_os_error = error->os_error;
    snprintf(custom->late_detail, sizeof custom->late_detail, "%s", error->detail);
    return FIRTH_OK;
}

static firth_err say_late(firth_lua_custom *custom)
{
    firth_err err = custom->late;
    custom->late = FIRTH_OK;
    return firth_error_raise(err, custom->late_os_error, custom->late_detail);
}

static firth_err take_written(lua_State *L, transfer *call)
{
    int first = lua_gettop(L) - FIRTH_LUA_RESULTS + 1;
    firth_err err = firth_lua_custom_failed(L);
    if (err != FIRTH_OK && read_count(L, first + 3, call) && call->count != 0)
        return fail_late(call->custom, err);
    if (err != FIRTH_OK)
        return err;
    bool all = lua_isnil(L, first) || (lua_isboolean(L, first) && lua_toboolean(L, first));
    if (all)
        call->count = call->length;
    else if (!read_count(L, first, call))
        return firth_lua_custom_misuse(
            L, first, "write",
            lua_pushfstring(L, "nil, true, or a count from 0 to %I", (lua_Integer)call->length));
    return call->count != 0 ? FIRTH_OK : FIRTH_E_WANT_WRITE;
}

static int write_body(lua_State *L)
{
    transfer *call = lua_touserdata(L, 2);
    push_joined(L, call->slices, call->part_count);
    call->length = lua_rawlen(L, -1);
    firth_lua_custom_call(L, 1, "write", 1);
    call->err = take_written(L, call);
    return 0;
}

static firth_err write_object(void *self, const firth_slice *slices, size_t slice_count,
                              double timeout, size_t *count)
{
    firth_lua_custom *custom = self;
    transfer call = { .custom = custom, .slices = slices, .part_count = slice_count };
    if (custom->late != FIRTH_OK)
        return say_late(custom);
    if (timeout >= 0)
        return firth_error_raise(FIRTH_E_NOT_SUPPORTED, 0,
                                 "a write to the object cannot keep a time-out");
    firth_err err = finish_call(custom, write_body, &call, &call.err);
    *count = call.count;
    return err;
}

/* ---- The rest ------------------------------------------------------------------- */

static int tell_body(lua_State *L)
{
    question *call = lua_touserdata(L, 2);
    firth_lua_custom_call(L, 1, call->method, 0);
    call->err = firth_lua_custom_failed(L);
    return 0;
}

static firth_err close_object(void *self)
{
    question call = { .method = "close" };
    return finish_call(self, tell_body, &call, &call.err);
}

static firth_err flush_object(void *self, double timeout)
{
    question call = { .method = "flush" };
    if (timeout >= 0)
        return firth_error_raise(FIRTH_E_NOT_SUPPORTED, 0,
                                 "a flush of the object cannot keep a time-out");
    return finish_call(self, tell_body, &call, &call.err);
}

static int fileno_body(lua_State *L)
{
    question *call = lua_touserdata(L, 2);
    firth_lua_custom_call(L, 1, "fileno", 0);
    call->err = firth_lua_custom_failed(L);
    if (call->err != FIRTH_OK)
        return 0;
    int is_integer;
    int first = lua_gettop(L) - FIRTH_LUA_RESULTS + 1;
    lua_Integer descriptor = lua_tointegerx(L, first, &is_integer);
    if (!is_integer || descriptor < 0 || descriptor > INT_MAX)
        call->err = firth_lua_custom_misuse(L, first, "fileno", "a descriptor");
    else
        call->descriptor = (int)descriptor;
    return 0;
}

static firth_err fileno_object(void *self, int *read_descriptor, int *write_descriptor)
{
    question call = { .descriptor = -1 };
    firth_err err = finish_call(self, fileno_body, &call, &call.err);
    *read_descriptor = call.descriptor;
    *write_descriptor = call.descriptor;
    return err;
}

/* Lua may be collecting now. */
static void release_object(void *self)
{
    firth_lua_custom_drop(self);
}

const firth_stream_ops firth_lua_custom_ops = {
    .version = FIRTH_STREAM_OPS_VERSION,
    .flags = FIRTH_STREAM_CALLERS_THREADS,
    .name = "custom",
    .read_some = read_object,
    .write_some = write_object,
    .poll = poll_object,
    .flush = flush_object,
    .close = close_object,
    .fileno = fileno_object,
    .release = release_object,
};
