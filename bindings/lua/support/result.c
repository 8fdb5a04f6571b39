#include "firth_lua.h"

void firth_lua_push_time(lua_State *L, double seconds)
{
    if (seconds < 0)
        lua_pushnil(L);
    else
        lua_pushnumber(L, seconds);
}

static void set_counter(lua_State *L, const char *name, uint64_t value)
{
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, name);
}

void firth_lua_push_counters(lua_State *L, const firth_counters *counters)
{
    lua_createtable(L, 0, 4);
    set_counter(L, "bytes_read", counters->bytes_read);
    set_counter(L, "bytes_written", counters->bytes_written);
    set_counter(L, "read_calls", counters->read_calls);
    set_counter(L, "write_calls", counters->write_calls);
}

static int push_slice(lua_State *L)
{
    const firth_bytes *bytes = lua_touserdata(L, 1);
    lua_pushlstring(L, bytes->data, bytes->length);
    return 1;
}

void firth_lua_push_bytes(lua_State *L, firth_bytes *bytes)
{
    lua_pushcfunction(L, push_slice);
    lua_pushlightuserdata(L, bytes);
    int status = lua_pcall(L, 1, 1, 0);
    firth_bytes_free(bytes);
    if (status != LUA_OK)
        lua_error(L);
}

/* Raises the value on the top. */
static int raise_top(lua_State *L)
{
    firth_lua_settle(L, 1);
    return lua_error(L);
}

static int raise_detail(lua_State *L, const char *detail)
{
    luaL_where(L, 1);
    lua_pushstring(L, detail);
    lua_concat(L, 2);
    return raise_top(L);
}

static int failed(lua_State *L, firth_err code, bool counts)
{
    const firth_error *error = firth_last_error();
    int os_error = error->os_error;
    lua_Integer count = (lua_Integer)error->count;
    if (code == FIRTH_E_INVALID)
        return raise_detail(L, error->detail);
    if (code == FIRTH_E_CALLBACK && firth_lua_take_raised(L, 1))
        return raise_top(L);
    lua_pushnil(L);
    if (code == FIRTH_E_WANT_READ)
        return 1;
    lua_pushstring(L, error->detail);
    lua_pushstring(L, firth_error_name(code));
    if (counts)
        lua_pushinteger(L, count);
    else if (os_error != 0)
        lua_pushnil(L);
    if (os_error != 0)
        lua_pushinteger(L, os_error);
    firth_lua_settle(L, 1);
    return os_error != 0 ? 5 : counts ? 4 : 3;
}

int firth_lua_failed(lua_State *L, firth_err code)
{
    return failed(L, code, code == FIRTH_E_UNSENT);
}

int firth_lua_failed_write(lua_State *L, firth_err code)
{
    return failed(L, code, true);
}

int firth_lua_failed_send(lua_State *L, firth_err code)
{
    return failed(L, code, code == FIRTH_E_INTERRUPTED);
}
