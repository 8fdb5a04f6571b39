/* luaopen_firth_core: what SWIG generates, with metatables of our own. The public
 * names are given by firth.lua. */
#include "firth_lua.h"

/* Made by SWIG, which calls the module "firth". */
int luaopen_firth(lua_State *L);

FIRTH_API int luaopen_firth_core(lua_State *L);

/* Lua: channel:stream() -> the object that the channel was made with. */
static int channel_stream(lua_State *L)
{
    firth_lua_check(L, 1, &firth_lua_channel_class);
    firth_lua_push_below(L, 1);
    return 1;
}

/* Lua: stream:lower() -> the stream that this one buffers, or the object of Lua that it
 * was made with, or nil. */
static int stream_lower(lua_State *L)
{
    firth_lua_check(L, 1, &firth_lua_stream_class);
    firth_lua_push_below(L, 1);
    return 1;
}

/* SWIG keeps the methods of a class in registry.SWIG[name][".fn"]. Its __disown would
 * write into any userdata. */
static void push_methods(lua_State *L, const char *name)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, "SWIG");
    lua_getfield(L, -1, name);
    lua_pushliteral(L, ".fn");
    lua_rawget(L, -2);
    lua_replace(L, -3);
    lua_pop(L, 1);
    lua_pushnil(L);
    lua_setfield(L, -2, "__disown");
}

static void add_class(lua_State *L, const firth_lua_class *type, const char *name, bool scoped)
{
    push_methods(L, name);
    firth_lua_register(L, type, scoped);
    lua_setfield(L, -2, name);
}

/* Adds a method to a class of the module on the top. */
static void add_method(lua_State *L, const char *class_name, const char *name, lua_CFunction method)
{
    lua_getfield(L, -1, class_name);
    lua_pushcfunction(L, method);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

static void add_classes(lua_State *L)
{
    add_class(L, &firth_lua_stream_class, "Stream", true);
    add_class(L, &firth_lua_listener_class, "Listener", true);
    add_class(L, &firth_lua_frame_codec_class, "FrameCodec", false);
    add_class(L, &firth_lua_channel_class, "Channel", true);
    add_method(L, "Stream", "lower", stream_lower);
    add_method(L, "Stream", "tun", firth_lua_tun);
    add_method(L, "Stream", "set_tun", firth_lua_set_tun);
    add_method(L, "Channel", "stream", channel_stream);
}

/* Copies functions and constants from the table below the top one to that. */
static void copy_plain_values(lua_State *L)
{
    lua_pushnil(L);
    while (lua_next(L, -3)) {
        if (lua_istable(L, -1)) {
            lua_pop(L, 1);
            continue;
        }
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
}

/* Sets a global to the value on the top, whatever guards the globals. */
static void set_global(lua_State *L, const char *name)
{
    lua_pushglobaltable(L);
    lua_pushstring(L, name);
    lua_rotate(L, -3, -1);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

static void push_global(lua_State *L, const char *name)
{
    lua_pushglobaltable(L);
    lua_pushstring(L, name);
    lua_rawget(L, -2);
    lua_remove(L, -2);
}

/* SWIG's module; the two global functions that SWIG adds, which crash on a foreign
 * userdata, are taken away again. */
static void open_generated(lua_State *L)
{
    push_global(L, "swig_type");
    push_global(L, "swig_equals");
    lua_pushcfunction(L, luaopen_firth);
    lua_call(L, 0, 1);
    lua_rotate(L, -3, 1);
    set_global(L, "swig_equals");
    set_global(L, "swig_type");
}

int luaopen_firth_core(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "socket_stream_over", firth_lua_socket_stream_over },
        { "file_descriptor", firth_lua_file_descriptor },
        { "is_socket", firth_lua_is_socket },
        { "pipe_stream_over", firth_lua_pipe_stream_over },
        { "tunneled_stream", firth_lua_tunneled_stream },
        { "as_stream", firth_lua_as_stream },
        { NULL, NULL },
    };
    open_generated(L);
    lua_newtable(L);
    copy_plain_values(L);
    luaL_setfuncs(L, functions, 0);
    add_classes(L);
    firth_lua_push_brine(L);
    lua_setfield(L, -2, "brine");
    return 1;
}
