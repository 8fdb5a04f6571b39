#include "brine.h"

#include <stdlib.h>

static int by_hash(const void *first, const void *second)
{
    const firth_lua_brine_place *one = first, *other = second;
    if (one->hash != other->hash)
        return one->hash < other->hash ? -1 : 1;
    return one->item < other->item ? -1 : one->item > other->item;
}

static int by_item(const void *first, const void *second)
{
    const firth_lua_brine_place *one = first, *other = second;
    return one->item < other->item ? -1 : one->item > other->item;
}

static void sort(firth_lua_brine *set, int (*order)(const void *, const void *))
{
    if (set->length != 0)
        qsort(set->places, set->length, sizeof set->places[0], order);
}

static void find_places(lua_State *L, int index, firth_lua_brine *set)
{
    for (size_t i = 0; i < set->length; i++) {
        firth_lua_brine_push_item(L, index, i + 1);
        set->places[i] = (firth_lua_brine_place){ firth_lua_brine_hash(L, -1), i + 1 };
        lua_pop(L, 1);
    }
    sort(set, by_hash);
}

/* Whether the item is among the places before `count` that have its hash. */
static bool is_there(lua_State *L, int index, const firth_lua_brine *set, size_t count,
                     const firth_lua_brine_place *place)
{
    bool there = false;
    firth_lua_brine_push_item(L, index, place->item);
    while (!there && count-- != 0 && set->places[count].hash == place->hash) {
        firth_lua_brine_push_item(L, index, set->places[count].item);
        there = firth_lua_brine_equal(L, -1, -2);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return there;
}

/* Lets the items without a place go; the others stay in the order they came in. */
static void close_ranks(lua_State *L, int index, firth_lua_brine *set, size_t count)
{
    size_t before = set->length;
    set->length = count;
    sort(set, by_item);
    for (size_t i = 0; i < count; i++) {
        firth_lua_brine_push_item(L, index, set->places[i].item);
        firth_lua_brine_set_item(L, index, i + 1);
        set->places[i].item = i + 1;
    }
    for (size_t i = count; i < before; i++) {
        lua_pushnil(L);
        firth_lua_brine_set_item(L, index, i + 1);
    }
    sort(set, by_hash);
}

void firth_lua_brine_seal(lua_State *L, int index)
{
    firth_lua_brine *set = lua_touserdata(L, index);
    size_t count = 0;
    uint64_t hash = 0;
    index = lua_absindex(L, index);
    luaL_checkstack(L, 8, NULL);
    find_places(L, index, set);
    for (size_t i = 0; i < set->length; i++) {
        firth_lua_brine_place place = set->places[i];
        if (is_there(L, index, set, count, &place))
            continue;
        set->places[count++] = place;
        hash += place.hash;
    }
    if (count != set->length)
        close_ranks(L, index, set, count);
    set->hash = hash;
    set->hashed = set->length;
}

/* The first place with that hash or a higher one. */
static size_t place_of(const firth_lua_brine *set, uint64_t hash)
{
    size_t low = 0, high = set->length;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->places[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool firth_lua_brine_contains(lua_State *L, int index, int value)
{
    const firth_lua_brine *set = lua_touserdata(L, index);
    uint64_t hash = firth_lua_brine_hash(L, value);
    bool found = false;
    index = lua_absindex(L, index);
    value = lua_absindex(L, value);
    for (size_t i = place_of(set, hash);
         !found && i < set->length && set->places[i].hash == hash; i++) {
        firth_lua_brine_push_item(L, index, set->places[i].item);
        found = firth_lua_brine_equal(L, -1, value);
        lua_pop(L, 1);
    }
    return found;
}
