#include "firth_lua.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The names of luasocket's metatables for connected stream sockets. */
static const char *const socket_classes[] = { "tcp{client}", "unixstream{client}", "unix{client}" };

static bool is_connected_socket(lua_State *L, int index)
{
    for (size_t i = 0; i < sizeof socket_classes / sizeof socket_classes[0]; i++)
        if (luaL_testudata(L, index, socket_classes[i]) != NULL)
            return true;
    return false;
}

int firth_lua_is_socket(lua_State *L)
{
    lua_pushboolean(L, is_connected_socket(L, 1));
    return 1;
}

/* Calls the method with what lies above `arguments` on the stack; one result. */
static void call_method(lua_State *L, int object, const char *name, int arguments)
{
    lua_getfield(L, object, name);
    lua_pushvalue(L, object);
    lua_rotate(L, -arguments - 2, 2);
    lua_call(L, arguments + 1, 1);
}

static int socket_descriptor(lua_State *L, int index)
{
    if (lua_isinteger(L, index))
        return firth_lua_int(L, index);
    if (!is_connected_socket(L, index))
        luaL_typeerror(L, index, "descriptor or luasocket's connected socket");
    call_method(L, index, "getfd", 0);
    int descriptor = (int)lua_tointeger(L, -1);
    luaL_argcheck(L, descriptor >= 0, index, "a closed socket");
    lua_pop(L, 1);
    return descriptor;
}

/* Pushes what luasocket has read ahead. It says only that there is something, so
 * that it is asked byte by byte; a larger piece might be filled up by waiting. */
static void push_held_by_socket(lua_State *L, int index)
{
    luaL_Buffer held;
    luaL_buffinit(L, &held);
    for (;;) {
        call_method(L, index, "dirty", 0);
        bool more = lua_toboolean(L, -1);
        lua_pop(L, 1);
        if (!more)
            break;
        lua_pushinteger(L, 1);
        call_method(L, index, "receive", 1);
        luaL_checktype(L, -1, LUA_TSTRING);
        luaL_addvalue(&held);
    }
    luaL_pushresult(&held);
}

/* What the object at `index` holds comes first; the stream is on the top. */
static firth_err unread_held_by_socket(lua_State *L, int index, firth_stream *stream)
{
    size_t length;
    push_held_by_socket(L, index);
    const char *held = lua_tolstring(L, -1, &length);
    firth_err err = length == 0 ? FIRTH_OK : firth_stream_unread(stream, held, length);
    lua_pop(L, 1);
    return err;
}

/* The core has taken the holder below the stream's object on the stack. It was made
 * first, so that it is finalised after the stream. */
static void attach_holder(lua_State *L, const firth_descriptor_owner *owner)
{
    firth_lua_hold_taken(owner->context);
    lua_pushvalue(L, -2);
    lua_setiuservalue(L, -2, 1);
}

int firth_lua_socket_stream_over(lua_State *L)
{
    static const int none[2] = { -1, -1 };
    firth_descriptor_owner owner;
    firth_stream *stream = NULL;
    int descriptor = socket_descriptor(L, 1);
    bool object = !lua_isinteger(L, 1);
    if (object)
        firth_lua_hold(L, 1, 0, none, &owner);
    firth_lua_object *result = firth_lua_new(L, &firth_lua_stream_class, 1);
    firth_err err =
        firth_socket_stream_from_descriptor(&stream, descriptor, object ? &owner : NULL);
    if (err != FIRTH_OK)
        return firth_lua_failed(L, err);
    result->handle = stream;
    if (object) {
        attach_holder(L, &owner);
        err = unread_held_by_socket(L, 1, stream);
    }
    return err == FIRTH_OK ? 1 : firth_lua_failed(L, err);
}

/* The open file at `index`, or NULL for a descriptor. */
static FILE *file_argument(lua_State *L, int index)
{
    if (lua_isinteger(L, index))
        return NULL;
    luaL_Stream *stream = luaL_testudata(L, index, LUA_FILEHANDLE);
    if (stream == NULL)
        luaL_typeerror(L, index, "descriptor or file");
    else if (stream->closef == NULL)
        luaL_argerror(L, index, "a closed file");
    return stream == NULL ? NULL : stream->f;
}

int firth_lua_file_descriptor(lua_State *L)
{
    luaL_checkudata(L, 1, LUA_FILEHANDLE);
    lua_pushinteger(L, fileno(file_argument(L, 1)));
    return 1;
}

static firth_err flush_file(FILE *file)
{
    if (file == NULL || fflush(file) == 0)
        return FIRTH_OK;
    int reason = errno;
    return firth_error_raise(FIRTH_E_SYSTEM, reason, strerror(reason));
}

static firth_err unread_held_by_file(FILE *file, firth_stream *stream)
{
    size_t length = 0;
    const void *held = file == NULL ? NULL : firth_lua_held_by_file(file, &length);
    return length == 0 ? FIRTH_OK : firth_stream_unread(stream, held, length);
}

static int descriptor_of(lua_State *L, int index, FILE *file)
{
    return file == NULL ? firth_lua_int(L, index) : fileno(file);
}

int firth_lua_pipe_stream_over(lua_State *L)
{
    FILE *files[2] = { file_argument(L, 1), file_argument(L, 2) };
    int descriptors[2] = { descriptor_of(L, 1, files[0]), descriptor_of(L, 2, files[1]) };
    bool object = files[0] != NULL || files[1] != NULL;
    firth_descriptor_owner owner;
    firth_stream *stream = NULL;
    if (object) {
        const int loose[2] = { files[0] ? -1 : descriptors[0], files[1] ? -1 : descriptors[1] };
        firth_lua_hold(L, files[0] ? 1 : 0, files[1] ? 2 : 0, loose, &owner);
    }
    firth_lua_object *result = firth_lua_new(L, &firth_lua_stream_class, 1);
    firth_err err = flush_file(files[1]);
    if (err == FIRTH_OK)
        err = firth_pipe_stream_from_descriptors(&stream, descriptors[0], descriptors[1],
                                                 object ? &owner : NULL);
    if (err != FIRTH_OK)
        return firth_lua_failed(L, err);
    result->handle = stream;
    if (object) {
        attach_holder(L, &owner);
        err = unread_held_by_file(files[0], stream);
    }
    return err == FIRTH_OK ? 1 : firth_lua_failed(L, err);
}
