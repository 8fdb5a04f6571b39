#include "brine.h"

#include <limits.h>
#include <string.h>

/* A userdata has no more user values than that. */
enum { USER_VALUES_MAX = 65534 };

enum { ITEMS_MAX = INT_MAX / sizeof(firth_lua_brine_place) };

static const firth_lua_brine_class classes[] = {
    [FIRTH_BRINE_NOT_IMPLEMENTED] = { "NotImplemented", "firth.brine.NotImplemented" },
    [FIRTH_BRINE_ELLIPSIS] = { "Ellipsis", "firth.brine.Ellipsis" },
    [FIRTH_BRINE_BIG_INTEGER] = { "integer", "firth.brine.integer" },
    [FIRTH_BRINE_COMPLEX] = { "complex", "firth.brine.complex" },
    [FIRTH_BRINE_BYTES] = { "bytes", "firth.brine.bytes" },
    [FIRTH_BRINE_TUPLE] = { "tuple", "firth.brine.tuple" },
    [FIRTH_BRINE_FROZENSET] = { "frozenset", "firth.brine.frozenset" },
    [FIRTH_BRINE_SLICE] = { "slice", "firth.brine.slice" },
};

firth_brine_kind firth_lua_brine_kind(const firth_lua_brine *object)
{
    return (firth_brine_kind)(object->type - classes);
}

bool firth_lua_brine_has_items(const firth_lua_brine *object)
{
    firth_brine_kind kind = firth_lua_brine_kind(object);
    return kind == FIRTH_BRINE_TUPLE || kind == FIRTH_BRINE_FROZENSET || kind == FIRTH_BRINE_SLICE;
}

bool firth_lua_brine_is_open(const firth_lua_brine *object)
{
    return object != NULL && firth_lua_brine_has_items(object) && object->length != 0;
}

bool firth_lua_brine_has_text(const firth_lua_brine *object)
{
    firth_brine_kind kind = firth_lua_brine_kind(object);
    return kind == FIRTH_BRINE_BYTES || kind == FIRTH_BRINE_BIG_INTEGER;
}

static size_t size_of(firth_brine_kind kind, size_t length)
{
    size_t places = kind == FIRTH_BRINE_FROZENSET ? length : 0;
    return sizeof(firth_lua_brine) + places * sizeof(firth_lua_brine_place);
}

/* The table that has the items of an object with many. */
static void make_table(lua_State *L, size_t length)
{
    lua_createtable(L, (int)length, 0);
    lua_setiuservalue(L, -2, 1);
}

firth_lua_brine *firth_lua_brine_new(lua_State *L, firth_brine_kind kind, size_t length)
{
    if (length > ITEMS_MAX)
        luaL_error(L, "too many items for a %s", classes[kind].name);
    bool in_table = length > USER_VALUES_MAX;
    size_t size = size_of(kind, length);
    firth_lua_brine *object = lua_newuserdatauv(L, size, in_table ? 1 : (int)length);
    memset(object, 0, size);
    object->type = &classes[kind];
    object->in_table = in_table;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &classes[kind]);
    lua_setmetatable(L, -2);
    if (in_table)
        make_table(L, length);
    object->length = length;
    return object;
}

void firth_lua_brine_new_text(lua_State *L, firth_brine_kind kind)
{
    firth_lua_brine *object = firth_lua_brine_new(L, kind, 1);
    object->length = 0;
    lua_insert(L, -2);
    lua_setiuservalue(L, -2, 1);
}

/* It is a field of its metatable. */
void firth_lua_brine_push_singleton(lua_State *L, firth_brine_kind kind)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &classes[kind]) != LUA_TTABLE)
        luaL_error(L, "%s is gone", classes[kind].name);
    if (lua_rawgeti(L, -1, 1) == LUA_TNIL) {
        lua_pop(L, 1);
        firth_lua_brine_new(L, kind, 0);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, 1);
    }
    lua_remove(L, -2);
}

/* As firth_lua_test, for the classes here. */
firth_lua_brine *firth_lua_brine_test(lua_State *L, int index)
{
    firth_lua_brine *object = lua_touserdata(L, index);
    if (object == NULL || lua_rawlen(L, index) < sizeof *object || object->type < classes ||
        object->type >= classes + sizeof classes / sizeof classes[0] ||
        !lua_getmetatable(L, index))
        return NULL;
    bool ours = lua_rawgetp(L, -1, object->type) == LUA_TBOOLEAN;
    lua_pop(L, 2);
    return ours ? object : NULL;
}

firth_lua_brine *firth_lua_brine_check(lua_State *L, int index, firth_brine_kind kind)
{
    firth_lua_brine *object = firth_lua_brine_test(L, index);
    if (object == NULL || firth_lua_brine_kind(object) != kind)
        luaL_typeerror(L, index, classes[kind].name);
    return object;
}

/* The debug library may have taken the table away. */
void firth_lua_brine_push_item(lua_State *L, int index, size_t item)
{
    const firth_lua_brine *object = lua_touserdata(L, index);
    if (!object->in_table) {
        lua_getiuservalue(L, index, (int)item);
        return;
    }
    if (lua_getiuservalue(L, index, 1) == LUA_TTABLE)
        lua_rawgeti(L, -1, (lua_Integer)item);
    else
        lua_pushnil(L);
    lua_remove(L, -2);
}

void firth_lua_brine_set_item(lua_State *L, int index, size_t item)
{
    const firth_lua_brine *object = lua_touserdata(L, index);
    if (!object->in_table) {
        lua_setiuservalue(L, index, (int)item);
        return;
    }
    if (lua_getiuservalue(L, index, 1) == LUA_TTABLE) {
        lua_insert(L, -2);
        lua_rawseti(L, -2, (lua_Integer)item);
        lua_pop(L, 1);
    } else {
        lua_pop(L, 2);
    }
}

void firth_lua_brine_new_metatable(lua_State *L, firth_brine_kind kind)
{
    lua_createtable(L, 1, 8);
    lua_pushstring(L, classes[kind].name);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "__name");
    lua_setfield(L, -2, "__metatable");
    lua_pushboolean(L, 1);
    lua_rawsetp(L, -2, &classes[kind]);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &classes[kind]);
}
