#include "firth_lua.h"

#include <stdlib.h>
#include <string.h>

static bool on_heap(const firth_payload *payload)
{
    return payload->data != payload->buffer;
}

/* firth_reserve: called inside the core, so nothing here may raise. */
static void *reserve(void *context, size_t size)
{
    firth_payload *payload = context;
    if (size > sizeof payload->buffer) {
        char *grown = realloc(on_heap(payload) ? payload->data : NULL, size);
        if (grown == NULL)
            return NULL;
        if (!on_heap(payload))
            memcpy(grown, payload->buffer, payload->reserved);
        payload->data = grown;
    }
    payload->reserved = size;
    return payload->data;
}

firth_err firth_lua_channel_recv(firth_channel *channel, double timeout, firth_payload *payload)
{
    payload->data = payload->buffer;
    payload->length = 0;
    payload->reserved = 0;
    return firth_channel_recv_into(channel, timeout, reserve, payload, &payload->length);
}

void firth_lua_payload_free(firth_payload *payload)
{
    if (on_heap(payload))
        free(payload->data);
    payload->data = payload->buffer;
}

static int push(lua_State *L)
{
    const firth_payload *payload = lua_touserdata(L, 1);
    lua_pushlstring(L, payload->data, payload->length);
    return 1;
}

void firth_lua_push_payload(lua_State *L, firth_payload *payload)
{
    if (!on_heap(payload)) {
        lua_pushlstring(L, payload->data, payload->length);
        return;
    }
    lua_pushcfunction(L, push);
    lua_pushlightuserdata(L, payload);
    int status = lua_pcall(L, 1, 1, 0);
    firth_lua_payload_free(payload);
    if (status != LUA_OK)
        lua_error(L);
}
