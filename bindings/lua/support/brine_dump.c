#include "brine.h"

typedef struct dumping {
    firth_brine_encoder *encoder;
    bool wanted;   /* the bytes, and not only whether there are such */
    firth_err err; /* what the encoder failed with */
    bool misuse;   /* the value is none that brine has */
} dumping;

static bool object_value(lua_State *L, firth_brine_value *value)
{
    const firth_lua_brine *object = firth_lua_brine_test(L, -1);
    if (object == NULL)
        return false;
    *value = (firth_brine_value){ .kind = firth_lua_brine_kind(object), .length = object->length };
    if (firth_lua_brine_has_text(object)) {
        firth_lua_brine_push_item(L, -1, 1); /* the object keeps it */
        value->data = lua_tolstring(L, -1, &value->length);
        lua_pop(L, 1);
        return value->data != NULL;
    }
    if (value->kind == FIRTH_BRINE_COMPLEX)
        *value = firth_brine_complex(object->real, object->imaginary);
    return true;
}

static firth_brine_value number_value(lua_State *L)
{
    return lua_isinteger(L, -1) ? firth_brine_integer(lua_tointeger(L, -1))
                                : firth_brine_float(lua_tonumber(L, -1));
}

/* Of what is on the top; false if brine has no such value. Does not raise. */
static bool value_at_top(lua_State *L, firth_brine_value *value)
{
    size_t length;
    const char *text;
    switch (lua_type(L, -1)) {
    case LUA_TNIL:
        *value = firth_brine_none();
        return true;
    case LUA_TBOOLEAN:
        *value = firth_brine_bool(lua_toboolean(L, -1));
        return true;
    case LUA_TNUMBER:
        *value = number_value(L);
        return true;
    case LUA_TSTRING:
        text = lua_tolstring(L, -1, &length);
        *value = firth_brine_string(text, length);
        return true;
    default:
        return object_value(L, value);
    }
}

/* Pushes "at [2][1]: ", or nothing for the value itself. */
static void push_place(lua_State *L, const firth_lua_brine_walk *walk)
{
    firth_lua_brine_push_path(walk);
    if (walk->depth != 0)
        lua_pushfstring(L, "at %s: ", lua_tostring(L, -1));
}

/* Pushes what is wrong with the value on the top. */
static void push_unfit(lua_State *L, const firth_lua_brine_walk *walk)
{
    int type = lua_type(L, -1);
    const char *name = luaL_typename(L, -1);
    const char *hint = type == LUA_TTABLE ? "; firth.brine.tuple makes a tuple of values" : "";
    if (type != LUA_TTABLE && luaL_getmetafield(L, -1, "__name") == LUA_TSTRING)
        name = lua_tostring(L, -1);
    push_place(L, walk);
    lua_pushfstring(L, "%sa value of brine expected, got %s%s", lua_tostring(L, -1), name, hint);
}

/* Pushes what the encoder has found wrong with a value. */
static void push_refused(lua_State *L, const firth_lua_brine_walk *walk, firth_brine_kind kind)
{
    const char *hint =
        kind == FIRTH_BRINE_STRING ? "; firth.brine.bytes makes bytes of any string" : "";
    lua_pushstring(L, firth_last_error()->detail);
    const char *detail = lua_tostring(L, -1);
    push_place(L, walk);
    lua_pushfstring(L, "%s%s%s", lua_tostring(L, -1), detail, hint);
}

/* Adds the value on the top; false if that fails, with what is wrong on the top. */
static bool add(lua_State *L, dumping *job, firth_lua_brine_walk *walk)
{
    firth_brine_value value;
    if (!value_at_top(L, &value)) {
        job->misuse = true;
        push_unfit(L, walk);
        return false;
    }
    job->err = firth_brine_encoder_add(job->encoder, value);
    if (job->err == FIRTH_E_INVALID) {
        job->misuse = true;
        push_refused(L, walk, value.kind);
    } else if (job->err != FIRTH_OK) {
        lua_pushstring(L, firth_last_error()->detail);
    } else if (firth_lua_brine_is_open(firth_lua_brine_test(L, -1))) {
        firth_lua_brine_walk_in(walk);
    } else {
        lua_pop(L, 1);
    }
    return job->err == FIRTH_OK;
}

/* Lua: (value, dumping) -> bytes, or what went wrong. */
static int encode(lua_State *L)
{
    dumping *job = lua_touserdata(L, 2);
    lua_pushvalue(L, 1);
    firth_lua_brine_walk walk = firth_lua_brine_walk_from(L);
    if (!add(L, job, &walk))
        return 1;
    while (walk.depth != 0) {
        if (firth_lua_brine_walk_at_end(&walk)) {
            firth_lua_brine_walk_out(&walk);
            lua_pop(L, 1);
            continue;
        }
        firth_lua_brine_walk_on(&walk);
        if (!add(L, job, &walk))
            return 1;
    }
    firth_slice encoded;
    job->err = firth_brine_encoder_finish(job->encoder, &encoded);
    if (!job->wanted)
        return 0;
    lua_pushlstring(L, encoded.data, encoded.length);
    return 1;
}

/* Pushes what encode gives for the value at index 1. */
static firth_err run(lua_State *L, dumping *job)
{
    firth_brine_limits limits = firth_lua_brine_limits(L, 2);
    luaL_checkstack(L, 8, NULL);
    firth_err err = firth_brine_encoder_create(&job->encoder, &limits);
    if (err != FIRTH_OK) {
        lua_pushstring(L, firth_last_error()->detail);
        return err;
    }
    lua_pushcfunction(L, encode);
    lua_pushvalue(L, 1);
    lua_pushlightuserdata(L, job);
    int status = lua_pcall(L, 2, 1, 0);
    firth_brine_encoder_free(job->encoder);
    if (status != LUA_OK)
        lua_error(L);
    return job->err;
}

int firth_lua_brine_failed(lua_State *L, firth_err code)
{
    lua_pushnil(L);
    lua_insert(L, -2);
    lua_pushstring(L, firth_error_name(code));
    return 3;
}

int firth_lua_brine_dump(lua_State *L)
{
    dumping job = { .wanted = true };
    luaL_checkany(L, 1);
    firth_err err = run(L, &job);
    if (job.misuse)
        return luaL_argerror(L, 1, lua_tostring(L, -1));
    return err == FIRTH_OK ? 1 : firth_lua_brine_failed(L, err);
}

int firth_lua_brine_dumpable(lua_State *L)
{
    dumping job = { .wanted = false };
    luaL_checkany(L, 1);
    firth_err err = run(L, &job);
    if (err == FIRTH_E_NO_MEMORY)
        return firth_lua_brine_failed(L, err);
    lua_pushboolean(L, err == FIRTH_OK && !job.misuse);
    return 1;
}
