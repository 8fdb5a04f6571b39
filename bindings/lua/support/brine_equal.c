#include "brine.h"

#include <math.h>

static bool same_number(double first, double second)
{
    return first == second || (isnan(first) && isnan(second));
}

static bool both_nan(lua_State *L)
{
    return lua_type(L, -2) == LUA_TNUMBER && lua_type(L, -1) == LUA_TNUMBER &&
           isnan(lua_tonumber(L, -2)) && isnan(lua_tonumber(L, -1));
}

static bool same_text(lua_State *L)
{
    firth_lua_brine_push_item(L, -2, 1);
    firth_lua_brine_push_item(L, -2, 1);
    bool same = lua_rawequal(L, -2, -1);
    lua_pop(L, 2);
    return same;
}

/* Of objects of one kind: whether they are equal but for their items. */
static bool same_object(lua_State *L, const firth_lua_brine *first, const firth_lua_brine *second)
{
    if (firth_lua_brine_has_text(first))
        return same_text(L);
    switch (firth_lua_brine_kind(first)) {
    case FIRTH_BRINE_COMPLEX:
        return same_number(first->real, second->real) &&
               same_number(first->imaginary, second->imaginary);
    case FIRTH_BRINE_FROZENSET:
        return first->length == second->length && first->hash == second->hash;
    default:
        return first->length == second->length;
    }
}

/* Of the two values on the top: whether they are equal but for items, and whether those are
 * still to be compared. */
static bool same(lua_State *L, bool *items)
{
    *items = false;
    if (lua_rawequal(L, -2, -1))
        return true;
    const firth_lua_brine *first = firth_lua_brine_test(L, -2);
    const firth_lua_brine *second = firth_lua_brine_test(L, -1);
    if (first == NULL || second == NULL)
        return both_nan(L);
    *items = firth_lua_brine_has_items(first) && first->length != 0;
    return first->type == second->type && same_object(L, first, second);
}

/* Sets that are equal have their items in one order of the hashes. */
static void push_nth(lua_State *L, int index, size_t number)
{
    const firth_lua_brine *object = lua_touserdata(L, index);
    bool is_set = firth_lua_brine_kind(object) == FIRTH_BRINE_FROZENSET;
    firth_lua_brine_push_item(L, index, is_set ? object->places[number - 1].item : number);
}

/* Pops two values, and the pairs of containers that are at their end; pushes the next two
 * items. False if that was all. */
static bool next_pair(lua_State *L, int bottom, size_t *at)
{
    lua_pop(L, 2);
    while (lua_gettop(L) > bottom) {
        const firth_lua_brine *object = lua_touserdata(L, -3);
        if (*at < object->length)
            break;
        *at = (size_t)lua_tointeger(L, -1);
        lua_pop(L, 3);
    }
    if (lua_gettop(L) == bottom)
        return false;
    ++*at;
    push_nth(L, -3, *at);
    push_nth(L, -3, *at);
    return true;
}

/* On the stack are pairs of containers, each with a number: how many items of the pair
 * around it were compared. */
bool firth_lua_brine_equal(lua_State *L, int first, int second)
{
    int bottom = lua_gettop(L);
    size_t at = 0;
    bool equal, items;
    luaL_checkstack(L, 8, NULL);
    first = lua_absindex(L, first);
    second = lua_absindex(L, second);
    lua_pushvalue(L, first);
    lua_pushvalue(L, second);
    do {
        equal = same(L, &items);
        if (equal && items) {
            luaL_checkstack(L, 12, "a value that is too deep");
            lua_pushinteger(L, (lua_Integer)at);
            at = 0;
            lua_pushnil(L);
            lua_pushnil(L);
        }
    } while (equal && next_pair(L, bottom, &at));
    lua_settop(L, bottom);
    return equal;
}
