/* Streams through a tunnel of the caller's. The core says when it is to be closed, and
 * that is done once Lua can be called freely. */
#include "firth_lua.h"

/* A tunneled stream has its holder in this user value; that has the tunnel in its first. */
#define TUNNEL_VALUE 2

/* The results of a method. */
#define RESULTS 5

int firth_lua_tunneled_stream(lua_State *L)
{
    firth_tunnel tunnel;
    firth_stream *stream = NULL;
    firth_stream *lower = firth_lua_check(L, 1, &firth_lua_stream_class);
    lua_settop(L, 1);
    firth_lua_hold_tunnel(L, &tunnel);
    firth_lua_object *result = firth_lua_new(L, &firth_lua_stream_class, TUNNEL_VALUE);
    firth_err err = firth_tunneled_socket_stream_create(&stream, lower, &tunnel);
    if (err != FIRTH_OK)
        return firth_lua_failed(L, err);
    result->handle = stream;
    firth_lua_hold_taken(tunnel.context);
    firth_lua_lay_over(L, result, 1);
    lua_pushvalue(L, -2);
    lua_setiuservalue(L, -2, TUNNEL_VALUE);
    return 1;
}

/* Pushes the holder of the tunnel of the stream at `index`; NULL if it can have none. */
static const firth_lua_object *push_holder(lua_State *L, int index)
{
    lua_getiuservalue(L, index, TUNNEL_VALUE);
    return firth_lua_test_holder(L, -1);
}

int firth_lua_tun(lua_State *L)
{
    firth_lua_check(L, 1, &firth_lua_stream_class);
    if (push_holder(L, 1) != NULL)
        lua_getiuservalue(L, -1, 1);
    else
        lua_pushnil(L);
    return 1;
}

static void check_tunnel(lua_State *L, int index)
{
    bool has_fields = lua_istable(L, index) || (lua_type(L, index) == LUA_TUSERDATA &&
                                                luaL_getmetafield(L, index, "__index"));
    if (lua_isnil(L, index))
        return;
    if (!has_fields || lua_getfield(L, index, "close") == LUA_TNIL)
        luaL_typeerror(L, index, "tunnel with a method 'close'");
}

int firth_lua_set_tun(lua_State *L)
{
    firth_lua_check(L, 1, &firth_lua_stream_class);
    lua_settop(L, 2);
    check_tunnel(L, 2);
    const firth_lua_object *holder = push_holder(L, 1);
    if (holder == NULL)
        return firth_lua_failed(L, firth_error_raise(FIRTH_E_NOT_SUPPORTED, 0,
                                                     "the stream is no TunneledSocketStream"));
    if (firth_lua_held_ended(holder))
        return firth_lua_failed(
            L, firth_error_raise(FIRTH_E_CLOSED, 0, "the tunneled stream is closed"));
    lua_pushvalue(L, 2);
    lua_setiuservalue(L, -2, 1);
    lua_pushboolean(L, 1);
    return 1;
}

/* What closing tunnels came to; what it left on the top of the stack. */
typedef enum outcome {
    CLOSED, /* nothing */
    FAILED, /* nil, message, and what else the tunnel's close gave */
    RAISED, /* what it raised */
} outcome;

static int call_close(lua_State *L)
{
    lua_getfield(L, 1, "close");
    lua_pushvalue(L, 1);
    lua_call(L, 1, RESULTS);
    return RESULTS;
}

/* Closes the tunnel of the holder at `holder`, once. */
static outcome close_held(lua_State *L, int holder)
{
    lua_pushcfunction(L, call_close);
    if (lua_getiuservalue(L, holder, 1) == LUA_TNIL)
        return CLOSED;
    lua_pushnil(L);
    lua_setiuservalue(L, holder, 1);
    if (lua_pcall(L, 1, RESULTS, 0) != LUA_OK)
        return RAISED;
    return lua_isnil(L, -RESULTS) && !lua_isnil(L, 1 - RESULTS) ? FAILED : CLOSED;
}

/* Closes the tunnels below the channel or stream at `object` whose streams have ended, the
 * innermost first. The first failure is what it comes to. */
static outcome close_tunnels(lua_State *L, int object)
{
    outcome inner = CLOSED;
    luaL_checkstack(L, 4 + RESULTS, "too many streams over each other");
    lua_getiuservalue(L, object, 1);
    if (firth_lua_test(L, -1, &firth_lua_stream_class) != NULL)
        inner = close_tunnels(L, lua_gettop(L));
    int top = lua_gettop(L);
    const firth_lua_object *holder = push_holder(L, object);
    outcome own = holder != NULL && firth_lua_held_ended(holder) ? close_held(L, top + 1) : CLOSED;
    if (inner == CLOSED && own != CLOSED)
        return own;
    lua_settop(L, top);
    return inner;
}

static bool has_streams(lua_State *L, int index)
{
    return firth_lua_test(L, index, &firth_lua_channel_class) != NULL ||
           firth_lua_test(L, index, &firth_lua_stream_class) != NULL;
}

void firth_lua_settle(lua_State *L, int index)
{
    int top = lua_gettop(L);
    if (!has_streams(L, index))
        return;
    firth_lua_settle_descriptors(L, index);
    close_tunnels(L, index);
    lua_settop(L, top);
}

int firth_lua_ended(lua_State *L)
{
    firth_lua_settle_descriptors(L, 1);
    switch (close_tunnels(L, 1)) {
    case FAILED:
        return RESULTS;
    case RAISED:
        return lua_error(L);
    default:
        lua_pushboolean(L, 1);
        return 1;
    }
}
