#include "firth_lua.h"

static void release_stream(void *handle)
{
    firth_stream_free(handle);
}

static void release_listener(void *handle)
{
    firth_listener_free(handle);
}

static void release_frame_codec(void *handle)
{
    firth_frame_codec_free(handle);
}

static void release_channel(void *handle)
{
    firth_channel_free(handle);
}

const firth_lua_class firth_lua_stream_class = { "firth.Stream", release_stream };
const firth_lua_class firth_lua_listener_class = { "firth.Listener", release_listener };
const firth_lua_class firth_lua_frame_codec_class = { "firth.FrameCodec", release_frame_codec };
const firth_lua_class firth_lua_channel_class = { "firth.Channel", release_channel };

firth_lua_object *firth_lua_new(lua_State *L, const firth_lua_class *type, int user_values)
{
    firth_lua_object *object = lua_newuserdatauv(L, sizeof *object, user_values);
    object->type = type;
    object->handle = NULL;
    object->custom = NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, type);
    lua_setmetatable(L, -2);
    return object;
}

/* A metatable of ours has the address of its type as a key, which nothing written
 * in Lua and no other library can put there; debug.setmetatable can give it to any
 * value, so that the userdata too must say its type. */
firth_lua_object *firth_lua_test(lua_State *L, int index, const firth_lua_class *type)
{
    firth_lua_object *object = lua_touserdata(L, index);
    if (object == NULL || lua_rawlen(L, index) != sizeof *object || object->type != type ||
        !lua_getmetatable(L, index))
        return NULL;
    bool ours = lua_rawgetp(L, -1, type) == LUA_TBOOLEAN;
    lua_pop(L, 2);
    return ours ? object : NULL;
}

firth_lua_custom *firth_lua_custom_of(lua_State *L, int index)
{
    const firth_lua_object *object = firth_lua_test(L, index, &firth_lua_channel_class);
    if (object == NULL)
        object = firth_lua_test(L, index, &firth_lua_stream_class);
    return object == NULL ? NULL : object->custom;
}

void *firth_lua_check(lua_State *L, int index, const firth_lua_class *type)
{
    firth_lua_object *object = firth_lua_test(L, index, type);
    if (object == NULL)
        luaL_typeerror(L, index, type->name);
    else if (object->handle == NULL)
        luaL_argerror(L, index, "an object that has been collected");
    else if (object->custom != NULL)
        firth_lua_enter(L, index, object->custom);
    return object == NULL ? NULL : object->handle;
}

/* __gc of the upvalue's type: drops the reference and nothing else of the stream's.
 * Other values, which only the debug library can bring here, are left alone. */
static int collect(lua_State *L)
{
    const firth_lua_class *type = lua_touserdata(L, lua_upvalueindex(1));
    firth_lua_object *object = firth_lua_test(L, 1, type);
    if (object == NULL)
        return 0;
    void *handle = object->handle;
    firth_lua_custom *custom = object->custom;
    object->handle = NULL;
    object->custom = NULL;
    if (handle != NULL) {
        type->release(handle);
        firth_lua_settle(L, 1);
    }
    firth_lua_custom_drop(custom);
    return 0;
}

/* __close(object, error): the polite end when all went well, else the abrupt one.
 * A scope has no results: who wants to know calls finish before its end. */
static int leave(lua_State *L)
{
    bool well = lua_isnoneornil(L, 2);
    lua_settop(L, 1);
    if (!well || lua_getfield(L, 1, "finish") == LUA_TNIL)
        lua_getfield(L, 1, "close");
    lua_pushvalue(L, 1);
    lua_call(L, 1, 0);
    return 0;
}

void firth_lua_register(lua_State *L, const firth_lua_class *type, bool scoped)
{
    lua_createtable(L, 0, 6);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, type->name);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "__name");
    lua_setfield(L, -2, "__metatable");
    lua_pushlightuserdata(L, (void *)(uintptr_t)type);
    lua_pushcclosure(L, collect, 1);
    lua_setfield(L, -2, "__gc");
    if (scoped) {
        lua_pushcfunction(L, leave);
        lua_setfield(L, -2, "__close");
    }
    lua_pushboolean(L, 1);
    lua_rawsetp(L, -2, type);
    lua_rawsetp(L, LUA_REGISTRYINDEX, type);
}
