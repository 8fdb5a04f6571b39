#include "brine.h"

#include <stddef.h>

typedef struct limit {
    const char *name;
    size_t offset;
    lua_Integer most;
} limit;

static const limit known[] = {
    { "depth", offsetof(firth_brine_limits, depth), FIRTH_BRINE_DEPTH_MAX },
    { "digits", offsetof(firth_brine_limits, digits), LUA_MAXINTEGER },
    { "items", offsetof(firth_brine_limits, items), LUA_MAXINTEGER },
    { "size", offsetof(firth_brine_limits, size), UINT32_MAX },
};

enum { KNOWN = sizeof known / sizeof known[0] };

static bool is_known(lua_State *L, int index)
{
    bool found = false;
    for (size_t i = 0; i < KNOWN && !found; i++) {
        lua_pushstring(L, known[i].name);
        found = lua_rawequal(L, index, -1);
        lua_pop(L, 1);
    }
    return found;
}

static void refuse_unknown(lua_State *L, int index)
{
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        if (!is_known(L, lua_gettop(L)))
            luaL_error(L, "unknown limit '%s', known are depth, digits, items, size",
                       luaL_tolstring(L, -1, NULL));
    }
}

/* A number as it is, of others the type. */
static const char *found_at_top(lua_State *L)
{
    return lua_type(L, -1) == LUA_TNUMBER ? luaL_tolstring(L, -1, NULL) : luaL_typename(L, -1);
}

/* The table's __index may have it. */
static void read_limit(lua_State *L, int index, const limit *wanted,
                       firth_brine_limits *limits)
{
    if (lua_getfield(L, index, wanted->name) != LUA_TNIL) {
        int is_integer = 0;
        lua_Integer value =
            lua_type(L, -1) == LUA_TNUMBER ? lua_tointegerx(L, -1, &is_integer) : 0;
        if (!is_integer || value < 0 || value > wanted->most)
            luaL_error(L, "bad limit '%s' (integer from 0 to %I expected, got %s)", wanted->name,
                       (LUAI_UACINT)wanted->most, found_at_top(L));
        *(size_t *)((char *)limits + wanted->offset) = (size_t)value;
    }
    lua_pop(L, 1);
}

firth_brine_limits firth_lua_brine_limits(lua_State *L, int index)
{
    firth_brine_limits limits = FIRTH_BRINE_LIMITS_INIT;
    if (lua_isnoneornil(L, index))
        return limits;
    if (lua_type(L, index) != LUA_TTABLE)
        luaL_typeerror(L, index, "table of limits");
    refuse_unknown(L, index);
    for (size_t i = 0; i < KNOWN; i++)
        read_limit(L, index, &known[i], &limits);
    return limits;
}
