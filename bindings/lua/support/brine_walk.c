#include "brine.h"

firth_lua_brine_walk firth_lua_brine_walk_from(lua_State *L)
{
    return (firth_lua_brine_walk){ .L = L, .bottom = lua_gettop(L) };
}

void firth_lua_brine_walk_in(firth_lua_brine_walk *walk)
{
    luaL_checkstack(walk->L, 8, "a value that is too deep");
    lua_pushinteger(walk->L, (lua_Integer)walk->at);
    walk->inside = lua_touserdata(walk->L, -2);
    walk->at = 0;
    walk->depth++;
}

void firth_lua_brine_walk_out(firth_lua_brine_walk *walk)
{
    walk->at = (size_t)lua_tointeger(walk->L, -1);
    lua_pop(walk->L, 1);
    walk->depth--;
    walk->inside = walk->depth != 0 ? lua_touserdata(walk->L, -3) : NULL;
}

bool firth_lua_brine_walk_at_end(const firth_lua_brine_walk *walk)
{
    return walk->depth != 0 && walk->at == walk->inside->length;
}

void firth_lua_brine_walk_on(firth_lua_brine_walk *walk)
{
    firth_lua_brine_push_item(walk->L, -2, ++walk->at);
}

/* Of a path, so many steps are shown at its beginning and at its end. */
enum { STEPS_SHOWN = 8 };

static void add_step(luaL_Buffer *buffer, firth_brine_kind kind, size_t item)
{
    static const char *const parts[] = { ".start", ".stop", ".step" };
    lua_State *L = buffer->L;
    if (kind == FIRTH_BRINE_SLICE && item - 1 < 3)
        lua_pushstring(L, parts[item - 1]);
    else
        lua_pushfstring(L, "[%I]", (LUAI_UACINT)item);
    luaL_addvalue(buffer);
}

/* The item that the walk went to in the container `level`, from 1 on. */
static size_t item_at(const firth_lua_brine_walk *walk, size_t level)
{
    if (level == walk->depth)
        return walk->at;
    return (size_t)lua_tointeger(walk->L, walk->bottom + 2 * (int)level + 1);
}

void firth_lua_brine_push_path(const firth_lua_brine_walk *walk)
{
    luaL_Buffer buffer;
    luaL_checkstack(walk->L, 8, NULL);
    luaL_buffinit(walk->L, &buffer);
    for (size_t level = 1; level <= walk->depth; level++) {
        if (level == STEPS_SHOWN + 1 && walk->depth > 2 * STEPS_SHOWN) {
            luaL_addstring(&buffer, "...");
            level = walk->depth - STEPS_SHOWN + 1;
        }
        const firth_lua_brine *container =
            lua_touserdata(walk->L, walk->bottom + 2 * ((int)level - 1));
        add_step(&buffer, firth_lua_brine_kind(container), item_at(walk, level));
    }
    luaL_pushresult(&buffer);
}
