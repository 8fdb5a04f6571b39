#include "firth_lua.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* The core may end a stream on any thread and at any depth, where Lua cannot be
 * called; so it only leaves word, and firth_lua_settle does the closing. */
struct firth_lua_holder {
    atomic_int references;
    atomic_bool ended;
    int descriptors[2];
};

static void drop(void *context)
{
    firth_lua_holder *holder = context;
    if (atomic_fetch_sub(&holder->references, 1) == 1)
        free(holder);
}

/* firth_descriptor_owner.close */
static void end(void *context)
{
    firth_lua_holder *holder = context;
    if (atomic_exchange(&holder->ended, true))
        return;
    for (int i = 0; i < 2; i++)
        if (holder->descriptors[i] >= 0)
            close(holder->descriptors[i]);
}

/* firth_descriptor_owner.drop: without `close` before it when the stream is
 * collected unclosed. */
static void end_and_drop(void *context)
{
    end(context);
    drop(context);
}

/* firth_tunnel.close */
static firth_err end_tunnel(void *context)
{
    end(context);
    return FIRTH_OK;
}

static const firth_lua_class holder_class = { "firth.Holder", drop };

static void register_class(lua_State *L)
{
    lua_newtable(L);
    firth_lua_register(L, &holder_class, false);
    lua_pop(L, 1);
}

void firth_lua_hold(lua_State *L, int first, int second, const int descriptors[2],
                    firth_descriptor_owner *owner)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &holder_class) == LUA_TNIL)
        register_class(L);
    lua_pop(L, 1);
    firth_lua_object *object = firth_lua_new(L, &holder_class, 2);
    firth_lua_holder *holder = malloc(sizeof *holder);
    if (holder == NULL)
        luaL_error(L, "not enough memory");
    object->handle = holder;
    atomic_init(&holder->references, 1);
    atomic_init(&holder->ended, false);
    int objects[2] = { first, second };
    for (int i = 0; i < 2; i++) {
        holder->descriptors[i] = descriptors[i];
        if (objects[i] != 0) {
            lua_pushvalue(L, objects[i]);
            lua_setiuservalue(L, -2, i + 1);
        }
    }
    *owner = (firth_descriptor_owner){ end, end_and_drop, holder };
}

void firth_lua_hold_tunnel(lua_State *L, firth_tunnel *tunnel)
{
    static const int none[2] = { -1, -1 };
    firth_descriptor_owner owner;
    firth_lua_hold(L, 0, 0, none, &owner);
    *tunnel = (firth_tunnel){ end_tunnel, drop, owner.context };
}

void firth_lua_hold_taken(void *context)
{
    firth_lua_holder *holder = context;
    atomic_fetch_add(&holder->references, 1);
}

const firth_lua_object *firth_lua_test_holder(lua_State *L, int index)
{
    return firth_lua_test(L, index, &holder_class);
}

bool firth_lua_held_ended(const firth_lua_object *object)
{
    const firth_lua_holder *holder = object->handle;
    return holder != NULL && atomic_load(&holder->ended);
}

static int close_object(lua_State *L)
{
    lua_getfield(L, 1, "close");
    lua_pushvalue(L, 1);
    lua_call(L, 1, 0);
    return 0;
}

/* Closes the object in user value `n` of the holder on the top of the stack, once. */
static void close_held(lua_State *L, int n)
{
    lua_pushcfunction(L, close_object);
    if (lua_getiuservalue(L, -2, n) == LUA_TNIL) {
        lua_pop(L, 2);
        return;
    }
    lua_pushnil(L);
    lua_setiuservalue(L, -4, n);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK)
        lua_pop(L, 1);
}

/* Pushes the holder of descriptors below the channel or stream at `index`, or something
 * else. */
static const firth_lua_object *push_holder(lua_State *L, int index)
{
    lua_pushvalue(L, index);
    while (firth_lua_test(L, -1, &firth_lua_channel_class) != NULL ||
           firth_lua_test(L, -1, &firth_lua_stream_class) != NULL) {
        lua_getiuservalue(L, -1, 1);
        lua_remove(L, -2);
    }
    return firth_lua_test_holder(L, -1);
}

void firth_lua_settle_descriptors(lua_State *L, int index)
{
    int top = lua_gettop(L);
    const firth_lua_object *holder = push_holder(L, index);
    if (holder != NULL && firth_lua_held_ended(holder)) {
        close_held(L, 1);
        close_held(L, 2);
    }
    lua_settop(L, top);
}
