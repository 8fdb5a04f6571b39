/* From the core into Lua: nothing may jump over the core's frames. */
#include "custom.h"

#include <string.h>

/* Stack slots that a call needs at most below the function it calls. */
#define SLOTS 10

void firth_lua_push_anchor(lua_State *L, int index, const firth_lua_custom *custom)
{
    lua_pushvalue(L, index);
    while (lua_type(L, -1) == LUA_TUSERDATA && lua_touserdata(L, -1) != custom->anchor) {
        lua_getiuservalue(L, -1, 1);
        lua_remove(L, -2);
    }
    if (lua_type(L, -1) != LUA_TUSERDATA) {
        lua_pop(L, 1);
        lua_pushnil(L);
    }
}

/* Takes the value from the top. */
static void keep_raised(lua_State *L, int anchor)
{
    lua_setiuservalue(L, anchor, FIRTH_LUA_ANCHOR_RAISED);
}

void firth_lua_enter(lua_State *L, int index, firth_lua_custom *custom)
{
    custom->L = L;
    custom->index = index;
    custom->raised = false;
}

/* The object may use the stream that it lies below, from another coroutine even, so that
 * `custom` changes meanwhile. What was raised first stays. */
firth_err firth_lua_custom_run(firth_lua_custom *custom, lua_CFunction body, void *call)
{
    lua_State *L = custom->L;
    int index = custom->index, anchor = lua_gettop(L) + 1;
    bool raised_before = custom->raised;
    if (!lua_checkstack(L, SLOTS))
        return firth_error_raise(FIRTH_E_NO_MEMORY, 0, "no stack to call the object's method");
    firth_lua_push_anchor(L, index, custom);
    if (lua_isnil(L, anchor)) {
        lua_settop(L, anchor - 1);
        return firth_error_raise(FIRTH_E_INVALID, 0, "the object has been taken away");
    }
    lua_getiuservalue(L, anchor, FIRTH_LUA_ANCHOR_RAISED);
    custom->raised = false;
    lua_pushcfunction(L, body);
    lua_getiuservalue(L, anchor, FIRTH_LUA_ANCHOR_OBJECT);
    lua_pushlightuserdata(L, call);
    bool failed = lua_pcall(L, 2, 0, 0) != LUA_OK;
    if (raised_before)
        lua_settop(L, anchor + 1);
    else if (!failed)
        lua_pushnil(L);
    keep_raised(L, anchor);
    lua_settop(L, anchor - 1);
    custom->L = L;
    custom->index = index;
    custom->raised = failed || raised_before;
    return failed ? firth_error_raise(FIRTH_E_CALLBACK, 0, "the object raised an error") : FIRTH_OK;
}

bool firth_lua_take_raised(lua_State *L, int index)
{
    firth_lua_custom *custom = firth_lua_custom_of(L, index);
    if (custom == NULL || !custom->raised)
        return false;
    custom->raised = false;
    firth_lua_push_anchor(L, index, custom);
    lua_getiuservalue(L, -1, FIRTH_LUA_ANCHOR_RAISED);
    lua_pushnil(L);
    keep_raised(L, -3);
    lua_remove(L, -2);
    return true;
}

void firth_lua_custom_call(lua_State *L, int object, const char *method, int arguments)
{
    lua_getfield(L, object, method);
    lua_pushvalue(L, object);
    lua_rotate(L, -arguments - 2, 2);
    lua_call(L, arguments + 1, FIRTH_LUA_RESULTS);
}

/* The code of firth's that `name` is, if a method can fail with it. */
static firth_err code_of(const char *name)
{
    for (int code = FIRTH_OK + 1; code < FIRTH_ERROR_COUNT; code++)
        if (code != FIRTH_E_INVALID && strcmp(firth_error_name((firth_err)code), name) == 0)
            return (firth_err)code;
    return FIRTH_E_CALLBACK;
}

/* As io's functions do it, the code may be an errno itself. */
firth_err firth_lua_custom_failed(lua_State *L)
{
    int first = lua_gettop(L) - FIRTH_LUA_RESULTS + 1;
    int code = first + 2, os_error = first + 4;
    if (!lua_isnil(L, first) || lua_isnil(L, first + 1))
        return FIRTH_OK;
    const char *message = luaL_tolstring(L, first + 1, NULL);
    bool is_errno = lua_isinteger(L, code);
    firth_err err = FIRTH_E_CALLBACK;
    if (is_errno)
        err = FIRTH_E_SYSTEM;
    else if (lua_type(L, code) == LUA_TSTRING)
        err = code_of(lua_tostring(L, code));
    lua_Integer reason = lua_tointeger(L, is_errno ? code : os_error);
    return firth_error_raise(err, (int)reason, message);
}

firth_err firth_lua_custom_misuse(lua_State *L, int found, const char *method, const char *expected)
{
    const char *type = luaL_typename(L, found);
    if (lua_type(L, found) == LUA_TSTRING)
        type = lua_pushfstring(L, "%I bytes", (lua_Integer)lua_rawlen(L, found));
    else if (lua_type(L, found) == LUA_TNUMBER)
        type = luaL_tolstring(L, found, NULL);
    return firth_error_raise(
        FIRTH_E_INVALID, 0,
        lua_pushfstring(L, "the object's %s gave %s, expected %s", method, type, expected));
}
