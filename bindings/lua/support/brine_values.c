#include "brine.h"

#include <string.h>

/* ---- constructors ---- */

/* Pushes an object with all the arguments. */
static void gather(lua_State *L, firth_brine_kind kind)
{
    int count = lua_gettop(L);
    luaL_checkstack(L, 8, NULL);
    firth_lua_brine_new(L, kind, (size_t)count);
    for (int i = 1; i <= count; i++) {
        lua_pushvalue(L, i);
        firth_lua_brine_set_item(L, count + 1, (size_t)i);
    }
}

/* Pushes an object with the items 1 to the second argument, else to the length, of the list
 * that is the first one. */
static void gather_list(lua_State *L, firth_brine_kind kind)
{
    if (lua_type(L, 1) != LUA_TTABLE && lua_type(L, 1) != LUA_TUSERDATA)
        luaL_typeerror(L, 1, "table");
    lua_Integer count = luaL_opt(L, luaL_checkinteger, 2, luaL_len(L, 1));
    luaL_argcheck(L, count >= 0, 2, "a number of items below 0");
    firth_lua_brine_new(L, kind, (size_t)count);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_geti(L, 1, i);
        firth_lua_brine_set_item(L, -2, (size_t)i);
    }
}

static int tuple(lua_State *L)
{
    gather(L, FIRTH_BRINE_TUPLE);
    return 1;
}

static int tuple_of(lua_State *L)
{
    gather_list(L, FIRTH_BRINE_TUPLE);
    return 1;
}

static int frozenset(lua_State *L)
{
    gather(L, FIRTH_BRINE_FROZENSET);
    firth_lua_brine_seal(L, -1);
    return 1;
}

static int frozenset_of(lua_State *L)
{
    gather_list(L, FIRTH_BRINE_FROZENSET);
    firth_lua_brine_seal(L, -1);
    return 1;
}

static int slice(lua_State *L)
{
    lua_settop(L, 3);
    gather(L, FIRTH_BRINE_SLICE);
    return 1;
}

static int bytes(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    lua_settop(L, 1);
    firth_lua_brine_new_text(L, FIRTH_BRINE_BYTES);
    return 1;
}

static int complex(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TNUMBER);
    luaL_checktype(L, 2, LUA_TNUMBER);
    firth_lua_brine *object = firth_lua_brine_new(L, FIRTH_BRINE_COMPLEX, 0);
    object->real = lua_tonumber(L, 1);
    object->imaginary = lua_tonumber(L, 2);
    return 1;
}

/* Lua: (value) -> the name of its kind, or nil. */
static int type(lua_State *L)
{
    luaL_checkany(L, 1);
    const firth_lua_brine *object = firth_lua_brine_test(L, 1);
    int type = lua_type(L, 1);
    if (object != NULL)
        lua_pushstring(L, object->type->kind);
    else if (type == LUA_TNUMBER)
        lua_pushstring(L, lua_isinteger(L, 1) ? "integer" : "float");
    else if (type == LUA_TNIL || type == LUA_TBOOLEAN || type == LUA_TSTRING)
        lua_pushstring(L, lua_typename(L, type));
    else
        lua_pushnil(L);
    return 1;
}

/* ---- methods ---- */

static const firth_lua_brine *check_items(lua_State *L)
{
    const firth_lua_brine *object = firth_lua_brine_test(L, 1);
    if (object == NULL || !firth_lua_brine_has_items(object))
        luaL_typeerror(L, 1, "firth.brine.tuple, frozenset or slice");
    return object;
}

/* Lua: object:unpack([from [, to]]) -> the items. */
static int unpack(lua_State *L)
{
    const firth_lua_brine *object = check_items(L);
    lua_Integer length = (lua_Integer)object->length;
    lua_Integer from = luaL_optinteger(L, 2, 1), to = luaL_optinteger(L, 3, length);
    if (from > to)
        return 0;
    lua_Unsigned count = (lua_Unsigned)to - (lua_Unsigned)from + 1;
    if (count == 0 || count >= 1000000 || !lua_checkstack(L, (int)count))
        return luaL_error(L, "too many items to unpack");
    for (lua_Integer i = 0; i < (lua_Integer)count; i++) {
        if (from + i < 1 || from + i > length)
            lua_pushnil(L);
        else
            firth_lua_brine_push_item(L, 1, (size_t)(from + i));
    }
    return (int)count;
}

/* Lua: object:totable() -> a list of the items, with their number as its field n. */
static int to_table(lua_State *L)
{
    const firth_lua_brine *object = check_items(L);
    lua_createtable(L, (int)object->length, 1);
    for (size_t i = 1; i <= object->length; i++) {
        firth_lua_brine_push_item(L, 1, i);
        lua_rawseti(L, -2, (lua_Integer)i);
    }
    lua_pushinteger(L, (lua_Integer)object->length);
    lua_setfield(L, -2, "n");
    return 1;
}

/* Lua: set:contains(value). */
static int contains(lua_State *L)
{
    firth_lua_brine_check(L, 1, FIRTH_BRINE_FROZENSET);
    luaL_checkany(L, 2);
    lua_pushboolean(L, firth_lua_brine_contains(L, 1, 2));
    return 1;
}

/* Lua: bytes:string(). */
static int string(lua_State *L)
{
    firth_lua_brine_check(L, 1, FIRTH_BRINE_BYTES);
    firth_lua_brine_push_item(L, 1, 1);
    return 1;
}

/* Lua: (object, number) -> the next number and its item, or nil. */
static int next_item(lua_State *L)
{
    const firth_lua_brine *object = check_items(L);
    lua_Integer number = luaL_checkinteger(L, 2);
    if (number < 0 || (lua_Unsigned)number >= object->length) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushinteger(L, number + 1);
    firth_lua_brine_push_item(L, 1, (size_t)number + 1);
    return 2;
}

static int pairs(lua_State *L)
{
    check_items(L);
    lua_pushcfunction(L, next_item);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

static int length(lua_State *L)
{
    const firth_lua_brine *object = firth_lua_brine_test(L, 1);
    if (object == NULL || !firth_lua_brine_has_text(object)) {
        lua_pushinteger(L, (lua_Integer)check_items(L)->length);
    } else {
        firth_lua_brine_push_item(L, 1, 1);
        lua_pushinteger(L, (lua_Integer)lua_rawlen(L, -1));
    }
    return 1;
}

static int equal(lua_State *L)
{
    lua_settop(L, 2);
    lua_pushboolean(L, firth_lua_brine_equal(L, 1, 2));
    return 1;
}

/* Pushes the part of a slice or a complex number that is called so, or returns false. */
static bool push_part(lua_State *L, const firth_lua_brine *object, const char *name)
{
    static const char *const parts[] = { "start", "stop", "step" };
    firth_brine_kind kind = firth_lua_brine_kind(object);
    bool real = strcmp(name, "real") == 0, imaginary = strcmp(name, "imag") == 0;
    if (kind == FIRTH_BRINE_COMPLEX && (real || imaginary)) {
        lua_pushnumber(L, real ? object->real : object->imaginary);
        return true;
    }
    for (size_t i = 0; kind == FIRTH_BRINE_SLICE && i < 3; i++) {
        if (strcmp(name, parts[i]) != 0)
            continue;
        firth_lua_brine_push_item(L, 1, i + 1);
        return true;
    }
    return false;
}

/* __index(object, key): an item of a tuple or frozenset, a part, or a method of the table
 * that is the upvalue. */
static int get(lua_State *L)
{
    const firth_lua_brine *object = firth_lua_brine_test(L, 1);
    int is_integer = 0;
    lua_settop(L, 2);
    if (object == NULL)
        return luaL_typeerror(L, 1, "a value of firth.brine");
    if (lua_type(L, 2) == LUA_TSTRING) {
        if (push_part(L, object, lua_tostring(L, 2)))
            return 1;
        lua_rawget(L, lua_upvalueindex(1));
        return 1;
    }
    lua_Integer number = lua_tointegerx(L, 2, &is_integer);
    if (!is_integer || !firth_lua_brine_has_items(object) || number < 1 ||
        (lua_Unsigned)number > object->length)
        return 0;
    firth_lua_brine_push_item(L, 1, (size_t)number);
    return 1;
}

/* Makes the metatable of the kind, with these methods and what has these events. */
static void add_kind(lua_State *L, firth_brine_kind kind, const luaL_Reg *methods,
                     const luaL_Reg *events)
{
    static const luaL_Reg events_of_all[] = {
        { "__eq", equal },
        { "__tostring", firth_lua_brine_tostring },
        { NULL, NULL },
    };
    firth_lua_brine_new_metatable(L, kind);
    luaL_setfuncs(L, events_of_all, 0);
    luaL_setfuncs(L, events, 0);
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_pushcclosure(L, get, 1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}

static const luaL_Reg nothing[] = { { NULL, NULL } };

static void add_kinds(lua_State *L)
{
    static const luaL_Reg methods_of_set[] = {
        { "contains", contains },
        { "unpack", unpack },
        { "totable", to_table },
        { NULL, NULL },
    };
    const luaL_Reg *methods_of_items = methods_of_set + 1;
    static const luaL_Reg methods_of_bytes[] = { { "string", string }, { NULL, NULL } };
    static const luaL_Reg counted[] = { { "__pairs", pairs },
                                        { "__len", length },
                                        { NULL, NULL } };
    add_kind(L, FIRTH_BRINE_TUPLE, methods_of_items, counted);
    add_kind(L, FIRTH_BRINE_FROZENSET, methods_of_set, counted);
    add_kind(L, FIRTH_BRINE_SLICE, methods_of_items, nothing);
    add_kind(L, FIRTH_BRINE_BYTES, methods_of_bytes, counted + 1);
    add_kind(L, FIRTH_BRINE_BIG_INTEGER, nothing, firth_lua_brine_integer_events);
    add_kind(L, FIRTH_BRINE_COMPLEX, nothing, nothing);
    add_kind(L, FIRTH_BRINE_NOT_IMPLEMENTED, nothing, nothing);
    add_kind(L, FIRTH_BRINE_ELLIPSIS, nothing, nothing);
}

static void add_singleton(lua_State *L, const char *name, firth_brine_kind kind)
{
    firth_lua_brine_push_singleton(L, kind);
    lua_setfield(L, -2, name);
}

void firth_lua_push_brine(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "dump", firth_lua_brine_dump },
        { "load", firth_lua_brine_load },
        { "dumpable", firth_lua_brine_dumpable },
        { "type", type },
        { "tuple", tuple },
        { "tuple_of", tuple_of },
        { "frozenset", frozenset },
        { "frozenset_of", frozenset_of },
        { "slice", slice },
        { "bytes", bytes },
        { "complex", complex },
        { "integer", firth_lua_brine_integer },
        { NULL, NULL },
    };
    add_kinds(L);
    luaL_newlib(L, functions);
    add_singleton(L, "NotImplemented", FIRTH_BRINE_NOT_IMPLEMENTED);
    add_singleton(L, "Ellipsis", FIRTH_BRINE_ELLIPSIS);
}
