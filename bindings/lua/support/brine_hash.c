#include "brine.h"
#include "siphash.h"

#include <math.h>

/* What is hashed, besides the kinds of brine. */
enum { OTHER = FIRTH_BRINE_SLICE + 1 };

/* The key is made of addresses, as Lua's own seed is. */
static uint64_t hash_of(lua_State *L, int what, const void *data, size_t length)
{
    const uint64_t key[2] = { (uint64_t)(uintptr_t)lua_topointer(L, LUA_REGISTRYINDEX),
                              (uint64_t)(uintptr_t)hash_of ^ (uint64_t)what << 56 };
    return firth_lua_siphash(key, data, length);
}

/* The same bits for numbers that are equal. */
static double plain(double number)
{
    return isnan(number) ? NAN : number + 0.0;
}

static uint64_t hash_of_number(lua_State *L, int index)
{
    int is_integer;
    lua_Integer integer = lua_tointegerx(L, index, &is_integer);
    double number = plain(lua_tonumber(L, index));
    return is_integer ? hash_of(L, FIRTH_BRINE_INTEGER, &integer, sizeof integer)
                      : hash_of(L, FIRTH_BRINE_FLOAT, &number, sizeof number);
}

static uint64_t hash_of_text(lua_State *L, int what, int index)
{
    size_t length;
    const char *text = lua_tolstring(L, index, &length);
    return hash_of(L, what, text, text != NULL ? length : 0);
}

/* Of an object without items. */
static uint64_t hash_of_object(lua_State *L, int index, const firth_lua_brine *object)
{
    int kind = (int)firth_lua_brine_kind(object);
    if (firth_lua_brine_has_text(object)) {
        firth_lua_brine_push_item(L, index, 1);
        uint64_t hash = hash_of_text(L, kind, -1);
        lua_pop(L, 1);
        return hash;
    }
    const double numbers[2] = { plain(object->real), plain(object->imaginary) };
    return hash_of(L, kind, numbers, kind == FIRTH_BRINE_COMPLEX ? sizeof numbers : 0);
}

static uint64_t hash_of_other(lua_State *L, int index)
{
    const void *pointer = lua_topointer(L, index);
    int truth = lua_toboolean(L, index);
    switch (lua_type(L, index)) {
    case LUA_TNIL:
        return hash_of(L, FIRTH_BRINE_NONE, NULL, 0);
    case LUA_TBOOLEAN:
        return hash_of(L, FIRTH_BRINE_BOOL, &truth, sizeof truth);
    case LUA_TNUMBER:
        return hash_of_number(L, index);
    case LUA_TSTRING:
        return hash_of_text(L, FIRTH_BRINE_STRING, index);
    default:
        return hash_of(L, OTHER, &pointer, sizeof pointer);
    }
}

static bool is_unhashed(const firth_lua_brine *object)
{
    return object != NULL && firth_lua_brine_has_items(object) && object->hashed < object->length;
}

/* Of a value whose items, if it has any, have been hashed. A set of one is not its item,
 * and nothing in a tuple is nothing in a set. */
static uint64_t hash_at(lua_State *L, int index)
{
    const firth_lua_brine *object = firth_lua_brine_test(L, index);
    if (object == NULL)
        return hash_of_other(L, index);
    if (!firth_lua_brine_has_items(object))
        return hash_of_object(L, index, object);
    const uint64_t both[2] = { object->hash, object->length };
    return hash_of(L, (int)firth_lua_brine_kind(object), both, sizeof both);
}

/* Takes the item on the top, which it pops, into the hash of the object it is in. */
static void take_item(lua_State *L, firth_lua_brine *object)
{
    const uint64_t both[2] = { object->hash, hash_at(L, -1) };
    object->hash = hash_of(L, (int)firth_lua_brine_kind(object), both, sizeof both);
    object->hashed++;
    lua_pop(L, 1);
}

/* The objects on the stack are those that an item of the one below is; each is as far as
 * its own count says, so that an error on the way leaves nothing wrong. */
uint64_t firth_lua_brine_hash(lua_State *L, int index)
{
    int top = lua_gettop(L);
    luaL_checkstack(L, 8, NULL);
    lua_pushvalue(L, index);
    if (is_unhashed(firth_lua_brine_test(L, -1))) {
        lua_pushvalue(L, -1);
        while (lua_gettop(L) > top + 1) {
            firth_lua_brine *object = lua_touserdata(L, -1);
            if (object->hashed == object->length) {
                lua_pop(L, 1);
                continue;
            }
            luaL_checkstack(L, 8, "a value that is too deep");
            firth_lua_brine_push_item(L, -1, object->hashed + 1);
            if (!is_unhashed(firth_lua_brine_test(L, -1)))
                take_item(L, object);
        }
    }
    uint64_t hash = hash_at(L, -1);
    lua_settop(L, top);
    return hash;
}
