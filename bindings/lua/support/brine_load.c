#include "brine.h"

typedef struct loading {
    firth_brine_decoder *decoder;
    firth_err err;
} loading;

static void push_complex(lua_State *L, const firth_brine_value *value)
{
    firth_lua_brine *object = firth_lua_brine_new(L, FIRTH_BRINE_COMPLEX, 0);
    object->real = value->real;
    object->imaginary = value->imaginary;
}

/* Pushes the value, a container without its items. */
static void push_value(lua_State *L, const firth_brine_value *value)
{
    switch (value->kind) {
    case FIRTH_BRINE_NONE:
        lua_pushnil(L);
        break;
    case FIRTH_BRINE_BOOL:
        lua_pushboolean(L, value->truth);
        break;
    case FIRTH_BRINE_INTEGER:
        lua_pushinteger(L, value->integer);
        break;
    case FIRTH_BRINE_FLOAT:
        lua_pushnumber(L, value->real);
        break;
    case FIRTH_BRINE_STRING:
        lua_pushlstring(L, value->data, value->length);
        break;
    case FIRTH_BRINE_BYTES:
    case FIRTH_BRINE_BIG_INTEGER:
        lua_pushlstring(L, value->data, value->length);
        firth_lua_brine_new_text(L, value->kind);
        break;
    case FIRTH_BRINE_COMPLEX:
        push_complex(L, value);
        break;
    case FIRTH_BRINE_NOT_IMPLEMENTED:
    case FIRTH_BRINE_ELLIPSIS:
        firth_lua_brine_push_singleton(L, value->kind);
        break;
    case FIRTH_BRINE_TUPLE:
    case FIRTH_BRINE_FROZENSET:
    case FIRTH_BRINE_SLICE:
        firth_lua_brine_new(L, value->kind, value->length);
        break;
    }
}

/* Puts the value on the top into the container around it, and that, if it is whole now, into
 * the next one. At the end the value on the top is all. */
static void place_value(lua_State *L, firth_lua_brine_walk *walk)
{
    while (walk->depth != 0) {
        firth_lua_brine_set_item(L, -3, ++walk->at);
        if (!firth_lua_brine_walk_at_end(walk))
            return;
        firth_brine_kind kind = firth_lua_brine_kind(walk->inside);
        firth_lua_brine_walk_out(walk);
        if (kind == FIRTH_BRINE_FROZENSET)
            firth_lua_brine_seal(L, -1);
    }
}

/* Lua: (loading) -> value, or what went wrong. */
static int build(lua_State *L)
{
    loading *job = lua_touserdata(L, 1);
    firth_lua_brine_walk walk = { .L = L, .bottom = 2 };
    do {
        firth_brine_value value;
        job->err = firth_brine_decoder_next(job->decoder, &value);
        if (job->err != FIRTH_OK)
            break;
        push_value(L, &value);
        if (firth_lua_brine_is_open(firth_lua_brine_test(L, -1)))
            firth_lua_brine_walk_in(&walk);
        else
            place_value(L, &walk);
    } while (walk.depth != 0);
    if (job->err == FIRTH_OK)
        job->err = firth_brine_decoder_finish(job->decoder);
    if (job->err != FIRTH_OK)
        lua_pushstring(L, firth_last_error()->detail);
    return 1;
}

/* Pushes what build gives. */
static void run(lua_State *L, loading *job)
{
    lua_pushcfunction(L, build);
    lua_pushlightuserdata(L, job);
    int status = lua_pcall(L, 1, 1, 0);
    firth_brine_decoder_free(job->decoder);
    if (status != LUA_OK)
        lua_error(L);
}

int firth_lua_brine_load(lua_State *L)
{
    loading job;
    size_t length;
    const char *encoded = firth_lua_bytes(L, 1, &length);
    firth_brine_limits limits = firth_lua_brine_limits(L, 2);
    luaL_checkstack(L, 8, NULL);
    job.err = firth_brine_decoder_create(&job.decoder, &limits);
    if (job.err != FIRTH_OK) {
        lua_pushstring(L, firth_last_error()->detail);
        return firth_lua_brine_failed(L, job.err);
    }
    /* What it says is said again by the first value. */
    firth_brine_decoder_start(job.decoder, encoded, length);
    run(L, &job);
    return job.err == FIRTH_OK ? 1 : firth_lua_brine_failed(L, job.err);
}
