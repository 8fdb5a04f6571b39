#include "brine.h"

#include <stdio.h>

/* Text grows as pieces in a table: a luaL_Buffer would be in the way of a walk. */
typedef struct writer {
    lua_State *L;
    int pieces; /* index of the table */
    lua_Integer count;
} writer;

/* Adds the string on the top, which it pops. */
static void add(writer *out)
{
    lua_rawseti(out->L, out->pieces, ++out->count);
}

static void add_literal(writer *out, const char *text)
{
    lua_pushstring(out->L, text);
    add(out);
}

static void add_escaped(luaL_Buffer *buffer, unsigned char byte, bool is_text)
{
    char escaped[8];
    if (byte == '"' || byte == '\\')
        snprintf(escaped, sizeof escaped, "\\%c", byte);
    else if (byte == '\n')
        snprintf(escaped, sizeof escaped, "\\n");
    else if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !is_text))
        snprintf(escaped, sizeof escaped, "\\x%02x", byte);
    else
        snprintf(escaped, sizeof escaped, "%c", byte);
    luaL_addstring(buffer, escaped);
}

/* Pushes the string at `index` in quotes. */
static void push_quoted(lua_State *L, int index, bool is_text)
{
    size_t length;
    luaL_Buffer buffer;
    const char *text = lua_tolstring(L, index, &length);
    luaL_buffinit(L, &buffer);
    luaL_addchar(&buffer, '"');
    for (size_t i = 0; text != NULL && i < length; i++)
        add_escaped(&buffer, (unsigned char)text[i], is_text);
    luaL_addchar(&buffer, '"');
    luaL_pushresult(&buffer);
}

/* What the object at `index` holds, a string. */
static void add_text(writer *out, int index, firth_brine_kind kind)
{
    firth_lua_brine_push_item(out->L, index, 1);
    int string = lua_gettop(out->L);
    if (kind == FIRTH_BRINE_BYTES) {
        push_quoted(out->L, string, false);
        lua_pushfstring(out->L, "bytes(%s)", lua_tostring(out->L, -1));
        add(out);
    } else {
        luaL_tolstring(out->L, string, NULL);
        add(out);
    }
    lua_settop(out->L, string - 1);
}

static void add_complex(writer *out, const firth_lua_brine *object)
{
    lua_pushfstring(out->L, "complex(%f, %f)", object->real, object->imaginary);
    add(out);
}

/* Of the value on the top: all of it, or a container's beginning. */
static void add_value(writer *out)
{
    lua_State *L = out->L;
    int index = lua_gettop(L);
    const firth_lua_brine *object = firth_lua_brine_test(L, index);
    if (object == NULL) {
        if (lua_type(L, index) == LUA_TSTRING)
            push_quoted(L, index, true);
        else
            luaL_tolstring(L, index, NULL);
        add(out);
    } else if (firth_lua_brine_has_text(object)) {
        add_text(out, index, firth_lua_brine_kind(object));
    } else if (firth_lua_brine_kind(object) == FIRTH_BRINE_COMPLEX) {
        add_complex(out, object);
    } else {
        add_literal(out, object->type->kind);
        if (firth_lua_brine_has_items(object))
            add_literal(out, object->length == 0 ? "()" : "(");
    }
}

static void push_joined(writer *out)
{
    luaL_Buffer buffer;
    luaL_buffinit(out->L, &buffer);
    for (lua_Integer i = 1; i <= out->count; i++) {
        lua_rawgeti(out->L, out->pieces, i);
        luaL_addvalue(&buffer);
    }
    luaL_pushresult(&buffer);
}

/* Goes into the value on the top or pops it, then out of what is at its end. */
static void leave_value(writer *out, firth_lua_brine_walk *walk)
{
    if (firth_lua_brine_is_open(firth_lua_brine_test(out->L, -1)))
        firth_lua_brine_walk_in(walk);
    else
        lua_pop(out->L, 1);
    while (firth_lua_brine_walk_at_end(walk)) {
        add_literal(out, ")");
        firth_lua_brine_walk_out(walk);
        lua_pop(out->L, 1);
    }
}

int firth_lua_brine_tostring(lua_State *L)
{
    lua_settop(L, 1);
    lua_newtable(L);
    writer out = { .L = L, .pieces = 2 };
    lua_pushvalue(L, 1);
    firth_lua_brine_walk walk = firth_lua_brine_walk_from(L);
    add_value(&out);
    leave_value(&out, &walk);
    while (walk.depth != 0) {
        if (walk.at != 0)
            add_literal(&out, ", ");
        firth_lua_brine_walk_on(&walk);
        add_value(&out);
        leave_value(&out, &walk);
    }
    push_joined(&out);
    return 1;
}
