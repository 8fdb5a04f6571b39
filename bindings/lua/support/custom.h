/* Objects of Lua as streams, for the files that do it.
 *
 * A stream over such an object has as its user value an anchor: an empty userdata whose
 * own user values are the object, and what the object has raised. So Lua alone keeps the
 * object, and collects cycles through it. */
#ifndef FIRTH_LUA_CUSTOM_H
#define FIRTH_LUA_CUSTOM_H

#include "firth_lua.h"

#include <firth/stream_ops.h>

enum { FIRTH_LUA_ANCHOR_OBJECT = 1, FIRTH_LUA_ANCHOR_RAISED = 2 };

/* Shared by the core and the userdata of all that lies over the object. */
struct firth_lua_custom {
    unsigned references;
    const void *anchor;
    lua_State *L;   /* of the coroutine that is in the core */
    int index;      /* in its frame: the channel or stream that was called */
    bool raised;    /* during that call; the value is the anchor's */
    bool unwrapped; /* who made it sees the object, not the stream over it */
    bool some;      /* the object has read_some */
    bool polls;     /* the object has poll */
    firth_err late; /* what a write failed with after it had taken some bytes, or FIRTH_OK */
    int late_os_error;
    char late_detail[512];
};

/* Pushes the anchor, or nil if the debug library has taken it away. Does not raise. */
void firth_lua_push_anchor(lua_State *L, int index, const firth_lua_custom *custom);

/* Calls `body` with the object and `call`, a light userdata, on the stack. What it raises
 * is kept for firth_lua_take_raised, and the result FIRTH_E_CALLBACK; else FIRTH_OK. Does not
 * raise. */
firth_err firth_lua_custom_run(firth_lua_custom *custom, lua_CFunction body, void *call);

/* Pushes the five results of calling the object's method with the `arguments` on the
 * top, which it replaces. */
enum { FIRTH_LUA_RESULTS = 5 };
void firth_lua_custom_call(lua_State *L, int object, const char *method, int arguments);

/* If the five results on the top say nil and a message, as a method of firth's own that
 * failed does: that failure, reported; else FIRTH_OK. A code that is none of firth's is
 * FIRTH_E_CALLBACK. */
firth_err firth_lua_custom_failed(lua_State *L);

/* FIRTH_E_INVALID: the method gave what is at `found`, and not what was expected. */
firth_err firth_lua_custom_misuse(lua_State *L, int found, const char *method,
                                  const char *expected);

/* The functions of the table. */
extern const firth_stream_ops firth_lua_custom_ops;

#endif
