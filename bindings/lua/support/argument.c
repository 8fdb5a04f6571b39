#include "firth_lua.h"

#include <limits.h>
#include <math.h>
#include <string.h>

const char *firth_lua_bytes(lua_State *L, int index, size_t *length)
{
    luaL_checktype(L, index, LUA_TSTRING);
    return lua_tolstring(L, index, length);
}

const char *firth_lua_text(lua_State *L, int index)
{
    size_t length;
    if (lua_isnil(L, index))
        return NULL;
    const char *text = firth_lua_bytes(L, index, &length);
    luaL_argcheck(L, strlen(text) == length, index, "a string with a NUL in it");
    return text;
}

const char *const *firth_lua_strings(lua_State *L, int index)
{
    if (lua_isnil(L, index))
        return NULL;
    luaL_checktype(L, index, LUA_TTABLE);
    lua_Unsigned count = lua_rawlen(L, index);
    const char **strings = lua_newuserdatauv(L, (count + 1) * sizeof *strings, 1);
    lua_createtable(L, (int)count, 0);
    for (lua_Unsigned i = 0; i < count; i++) {
        size_t length;
        bool is_string = lua_rawgeti(L, index, (lua_Integer)i + 1) == LUA_TSTRING;
        luaL_argcheck(L, is_string, index, "a list with something in it that is no string");
        strings[i] = lua_tolstring(L, -1, &length);
        luaL_argcheck(L, strlen(strings[i]) == length, index, "a string with a NUL in it");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    strings[count] = NULL;
    lua_setiuservalue(L, -2, 1);
    lua_replace(L, index);
    return strings;
}

double firth_lua_timeout(lua_State *L, int index, double absent)
{
    if (lua_isnone(L, index))
        return absent;
    if (lua_isnil(L, index))
        return FIRTH_FOREVER;
    luaL_checktype(L, index, LUA_TNUMBER);
    double seconds = lua_tonumber(L, index);
    luaL_argcheck(L, !isnan(seconds), index, "a time that is not a number");
    return isinf(seconds) ? FIRTH_FOREVER : seconds;
}

/* Floats with an integral value count as integers, as everywhere in Lua. */
static lua_Integer checked_integer(lua_State *L, int index)
{
    luaL_checktype(L, index, LUA_TNUMBER);
    return luaL_checkinteger(L, index);
}

int firth_lua_int(lua_State *L, int index)
{
    lua_Integer value = checked_integer(L, index);
    luaL_argcheck(L, value >= INT_MIN && value <= INT_MAX, index, "out of range");
    return (int)value;
}

size_t firth_lua_size(lua_State *L, int index)
{
    lua_Integer value = checked_integer(L, index);
    luaL_argcheck(L, value >= 0, index, "a number of bytes below 0");
    return (size_t)value;
}

bool firth_lua_bool(lua_State *L, int index)
{
    luaL_checktype(L, index, LUA_TBOOLEAN);
    return lua_toboolean(L, index);
}
