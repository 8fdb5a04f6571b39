/* Which objects of Lua can be streams, and making them such. */
#include "custom.h"

#include <stdlib.h>

/* Pushes the field, or nil if the value has no fields. May call the object's __index. */
static void push_field(lua_State *L, int index, const char *name)
{
    bool indexable = lua_istable(L, index);
    if (!indexable && lua_type(L, index) == LUA_TUSERDATA &&
        luaL_getmetafield(L, index, "__index") != LUA_TNIL) {
        lua_pop(L, 1);
        indexable = true;
    }
    if (indexable)
        lua_getfield(L, index, name);
    else
        lua_pushnil(L);
}

static bool is_callable(lua_State *L, int index)
{
    if (lua_isfunction(L, index))
        return true;
    if (luaL_getmetafield(L, index, "__call") == LUA_TNIL)
        return false;
    lua_pop(L, 1);
    return true;
}

static bool has_method(lua_State *L, int index, const char *name)
{
    push_field(L, index, name);
    bool has = is_callable(L, -1);
    lua_pop(L, 1);
    return has;
}

static bool has_closed(lua_State *L, int index)
{
    push_field(L, index, "closed");
    bool has = lua_isboolean(L, -1) || is_callable(L, -1);
    lua_pop(L, 1);
    return has;
}

/* What luaL_typeerror calls a value. */
static const char *push_type_name(lua_State *L, int index)
{
    if (luaL_getmetafield(L, index, "__name") == LUA_TSTRING)
        return lua_tostring(L, -1);
    return lua_pushstring(L, lua_islightuserdata(L, index) ? "light userdata"
                                                           : luaL_typename(L, index));
}

/* Pushes "'write', 'closed'", or nil if nothing is missing. */
static void push_missing(lua_State *L, int index)
{
    static const char *const methods[] = { "read", "write", "close" };
    const char *separator = "";
    lua_pushliteral(L, "");
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (!has_method(L, index, methods[i])) {
            lua_pushfstring(L, "%s'%s'", separator, methods[i]);
            lua_concat(L, 2);
            separator = ", ";
        }
    if (!has_closed(L, index)) {
        lua_pushfstring(L, "%s'closed'", separator);
        lua_concat(L, 2);
    }
    if (lua_rawlen(L, -1) == 0) {
        lua_pop(L, 1);
        lua_pushnil(L);
    }
}

/* Pushes why the value is no stream, or nil. */
static void push_complaint(lua_State *L, int index)
{
    bool object = lua_istable(L, index) || lua_type(L, index) == LUA_TUSERDATA;
    const char *type = push_type_name(L, index);
    if (!object) {
        lua_pushfstring(L, "firth.Stream expected, got %s", type);
        return;
    }
    push_missing(L, index);
    if (!lua_isnil(L, -1))
        lua_pushfstring(L, "firth.Stream expected, got %s without %s", type, lua_tostring(L, -1));
}

/* What the object on the top, which stays there, says. */
static bool says_closed(lua_State *L)
{
    lua_getfield(L, -1, "closed");
    if (!lua_isboolean(L, -1)) {
        lua_pushvalue(L, -2);
        lua_call(L, 1, 1);
    }
    bool closed = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return closed;
}

bool firth_lua_closed_below(lua_State *L, int index)
{
    const firth_lua_custom *custom = firth_lua_custom_of(L, index);
    if (custom == NULL)
        return false;
    firth_lua_push_anchor(L, index, custom);
    if (lua_isnil(L, -1))
        return false;
    lua_getiuservalue(L, -1, FIRTH_LUA_ANCHOR_OBJECT);
    return says_closed(L);
}

/* The table for the object at index 1: what that lacks is not supported. */
static firth_stream_ops ops_for(lua_State *L)
{
    firth_stream_ops ops = firth_lua_custom_ops;
    if (!has_method(L, 1, "poll"))
        ops.poll = NULL;
    if (!has_method(L, 1, "flush"))
        ops.flush = NULL;
    if (!has_method(L, 1, "fileno"))
        ops.fileno = NULL;
    return ops;
}

/* Pushes a stream over the object at index 1. */
static void push_stream(lua_State *L, bool unwrapped)
{
    firth_lua_custom first = { .references = 1, .unwrapped = unwrapped };
    firth_stream_ops ops = ops_for(L);
    first.polls = ops.poll != NULL;
    first.some = has_method(L, 1, "read_some");
    firth_lua_object *stream = firth_lua_new(L, &firth_lua_stream_class, 1);
    first.anchor = lua_newuserdatauv(L, 0, 2);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, FIRTH_LUA_ANCHOR_OBJECT);
    lua_setiuservalue(L, -2, 1);
    stream->custom = malloc(sizeof *stream->custom);
    if (stream->custom == NULL)
        luaL_error(L, "not enough memory");
    *stream->custom = first;
    firth_stream *handle;
    if (firth_stream_create(&handle, &ops, stream->custom) != FIRTH_OK)
        luaL_error(L, "not enough memory");
    stream->custom->references++;
    stream->handle = handle;
}

int firth_lua_as_stream(lua_State *L)
{
    bool unwrapped = lua_toboolean(L, 2);
    lua_settop(L, 1);
    if (firth_lua_test(L, 1, &firth_lua_stream_class) != NULL)
        return 1;
    push_complaint(L, 1);
    if (!lua_isnil(L, -1)) {
        lua_pushnil(L);
        lua_rotate(L, -2, 1);
        return 2;
    }
    lua_settop(L, 1);
    if (says_closed(L)) {
        lua_pushnil(L);
        lua_pushliteral(L, "a closed stream");
        return 2;
    }
    push_stream(L, unwrapped);
    return 1;
}

void firth_lua_lay_over(lua_State *L, firth_lua_object *object, int below)
{
    object->custom = firth_lua_custom_of(L, below);
    if (object->custom != NULL)
        object->custom->references++;
    lua_pushvalue(L, below);
    lua_setiuservalue(L, -2, 1);
}

void firth_lua_custom_drop(firth_lua_custom *custom)
{
    if (custom != NULL && --custom->references == 0)
        free(custom);
}

/* Replaces the anchor on the top by the object, or leaves another value alone. */
static bool take_object(lua_State *L, const firth_lua_custom *custom)
{
    if (custom == NULL || lua_touserdata(L, -1) != custom->anchor)
        return false;
    lua_getiuservalue(L, -1, FIRTH_LUA_ANCHOR_OBJECT);
    lua_remove(L, -2);
    return true;
}

/* Replaces the stream on the top by the object below it, if its maker gave only that. */
static void unwrap(lua_State *L, const firth_lua_custom *custom)
{
    if (custom == NULL || !custom->unwrapped)
        return;
    lua_getiuservalue(L, -1, 1);
    if (take_object(L, custom))
        lua_remove(L, -2);
    else
        lua_pop(L, 1);
}

void firth_lua_push_below(lua_State *L, int index)
{
    const firth_lua_custom *custom = firth_lua_custom_of(L, index);
    lua_getiuservalue(L, index, 1);
    if (firth_lua_test(L, -1, &firth_lua_stream_class) != NULL) {
        unwrap(L, custom);
    } else if (!take_object(L, custom)) {
        lua_pop(L, 1);
        lua_pushnil(L);
    }
}
