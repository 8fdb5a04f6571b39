#include "brine.h"

#include <string.h>

/* As Python writes an integer: no sign but '-', no 0 in front. */
static bool is_decimal(const char *text, size_t length)
{
    size_t sign = length != 0 && text[0] == '-' ? 1 : 0;
    if (length == sign || strspn(text + sign, "0123456789") != length - sign)
        return false;
    return text[sign] != '0' || length == 1;
}

/* What 64 bits hold is an integer of Lua's. */
int firth_lua_brine_integer(lua_State *L)
{
    size_t length;
    lua_settop(L, 1);
    if (lua_isinteger(L, 1))
        return 1;
    const char *digits = firth_lua_bytes(L, 1, &length);
    luaL_argcheck(L, is_decimal(digits, length), 1, "decimal digits expected");
    if (length <= sizeof "-9223372036854775808" && lua_stringtonumber(L, digits) != 0) {
        if (lua_isinteger(L, -1))
            return 1;
        lua_pop(L, 1);
    }
    firth_lua_brine_new_text(L, FIRTH_BRINE_BIG_INTEGER);
    return 1;
}

/* Pushes the digits of an operand; misuse unless it is an integer, of whichever size. */
static const char *push_digits(lua_State *L, int index, size_t *length)
{
    const firth_lua_brine *object = firth_lua_brine_test(L, index);
    if (object != NULL && firth_lua_brine_kind(object) == FIRTH_BRINE_BIG_INTEGER)
        firth_lua_brine_push_item(L, index, 1);
    else if (lua_isinteger(L, index))
        lua_pushvalue(L, index);
    else
        luaL_typeerror(L, index, "integer");
    const char *digits = lua_tolstring(L, -1, length);
    if (digits == NULL)
        luaL_typeerror(L, index, "integer");
    return digits;
}

/* Below 0, 0 or above 0, as the first operand is less than, equal to or greater than the
 * second. */
static int compared(lua_State *L)
{
    size_t first_length, second_length;
    const char *first = push_digits(L, 1, &first_length);
    const char *second = push_digits(L, 2, &second_length);
    bool negative = first[0] == '-';
    if (negative != (second[0] == '-'))
        return negative ? -1 : 1;
    int order = first_length == second_length ? memcmp(first, second, first_length)
                : first_length < second_length ? -1
                                               : 1;
    return negative ? -order : order;
}

static int less(lua_State *L)
{
    lua_pushboolean(L, compared(L) < 0);
    return 1;
}

static int less_or_equal(lua_State *L)
{
    lua_pushboolean(L, compared(L) <= 0);
    return 1;
}

const luaL_Reg firth_lua_brine_integer_events[] = {
    { "__lt", less },
    { "__le", less_or_equal },
    { NULL, NULL },
};
