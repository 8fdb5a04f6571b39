/* What the typemaps of swig/lua and the functions written by hand call.
 *
 * Every function may raise a Lua error unless it says that it does not; none of
 * them does so while something of C's has no owner. None is called from inside the
 * core, which must not be left by a jump. */
#ifndef FIRTH_LUA_H
#define FIRTH_LUA_H

#include <firth/firth.h>

#include <lauxlib.h>
#include <lua.h>

/* ---- object.c: a handle of the core as a userdata with one user value ---- */

typedef struct firth_lua_class {
    const char *name;              /* as errors and tostring say it: "firth.Channel" */
    void (*release)(void *handle); /* drops the reference; does not raise */
} firth_lua_class;

/* What the userdata over an object of Lua share (custom.h). */
typedef struct firth_lua_custom firth_lua_custom;

typedef struct firth_lua_object {
    const firth_lua_class *type;
    void *handle; /* NULL until the object is made, and once it has been collected */
    firth_lua_custom *custom; /* of the object of Lua that all of it lies over, or NULL */
} firth_lua_object;

/* The user value of a channel is its stream's object, that of a stream the holder
 * (holder.c) of the objects below it, the anchor (custom.h) of an object of Lua, or the
 * object of the stream that it buffers, or nil. */
extern const firth_lua_class firth_lua_stream_class;
extern const firth_lua_class firth_lua_listener_class;
extern const firth_lua_class firth_lua_frame_codec_class;
extern const firth_lua_class firth_lua_channel_class;

/* Pushes a new object without a handle; the caller fills it. */
firth_lua_object *firth_lua_new(lua_State *L, const firth_lua_class *type, int user_values);

/* The object at `index`, or NULL if that is none of `type`. Does not raise. */
firth_lua_object *firth_lua_test(lua_State *L, int index, const firth_lua_class *type);

/* The handle of the argument at `index`; a misuse unless it is of `type` and alive. It is
 * through this argument that the coming call into the core reaches an object of Lua. */
void *firth_lua_check(lua_State *L, int index, const firth_lua_class *type);

/* Makes the metatable of `type`: __index is the table of methods on the top of the
 * stack, which stays there, and __close is added if `scoped`. */
void firth_lua_register(lua_State *L, const firth_lua_class *type, bool scoped);

/* ---- custom_*.c: objects of Lua as streams ---- */

/* Lua: (value, unwrapped) -> stream, which is the value itself if that is one; or nil and
 * what is wrong with the value. Raises what the object's `closed` raises. What lies over
 * an `unwrapped` stream gives the object for it. */
int firth_lua_as_stream(lua_State *L);

/* The object that has just been made, and is on the top, lies over that at `below`. */
void firth_lua_lay_over(lua_State *L, firth_lua_object *object, int below);

/* Pushes what the channel or stream at `index` was made with, if that was a stream or an
 * object of Lua; else nil. */
void firth_lua_push_below(lua_State *L, int index);

/* Of the channel or stream at `index`, or NULL. Does not raise. */
firth_lua_custom *firth_lua_custom_of(lua_State *L, int index);

/* The core is about to be called through the object at `index`. Does not raise. */
void firth_lua_enter(lua_State *L, int index, firth_lua_custom *custom);

/* Pushes what the object of Lua below that at `index` has raised, and returns true; or
 * false and nothing if it has not. */
bool firth_lua_take_raised(lua_State *L, int index);

/* Whether the object of Lua below that at `index` says that it is closed. */
bool firth_lua_closed_below(lua_State *L, int index);

/* Drops a reference; NULL is fine. Does not raise. */
void firth_lua_custom_drop(firth_lua_custom *custom);

/* ---- argument.c: arguments; each raises "bad argument" on another type ---- */

/* For SWIG's `checkfn`: the functions below do the checking. */
#define firth_lua_unchecked(L, index) 1

/* A string, valid while it is on the stack. A number is not taken for one. */
const char *firth_lua_bytes(lua_State *L, int index, size_t *length);

/* A string without NUL, or NULL for nil. */
const char *firth_lua_text(lua_State *L, int index);

/* The strings, without NUL, of a list, with NULL at the end; NULL for nil. What replaces the
 * list at `index` keeps them. */
const char *const *firth_lua_strings(lua_State *L, int index);

/* Seconds; FIRTH_FOREVER for nil and for infinity, `absent` if there is no argument. */
double firth_lua_timeout(lua_State *L, int index, double absent);

int firth_lua_int(lua_State *L, int index);
size_t firth_lua_size(lua_State *L, int index);
bool firth_lua_bool(lua_State *L, int index);

/* ---- result.c: results ---- */

/* A number of seconds, nil for ever. */
void firth_lua_push_time(lua_State *L, double seconds);

/* A table with the fields of the struct. */
void firth_lua_push_counters(lua_State *L, const firth_counters *counters);

/* A string; the bytes are freed in any case. */
void firth_lua_push_bytes(lua_State *L, firth_bytes *bytes);

/* Pushes nil, message, code and returns their number, for a call that has just
 * failed with `code`. Then follow, where there are such, the bytes that
 * FIRTH_E_UNSENT counts (else nil) and the errno. FIRTH_E_INVALID raises, and so does
 * FIRTH_E_CALLBACK if the object of Lua below index 1 has; FIRTH_E_WANT_READ is nil
 * alone. Settles the object at index 1 (holder.c). */
int firth_lua_failed(lua_State *L, firth_err code);

/* As firth_lua_failed, for a write: the fourth value is the bytes it took. */
int firth_lua_failed_write(lua_State *L, firth_err code);

/* As firth_lua_failed, for a channel's send: after FIRTH_E_INTERRUPTED the fourth value
 * is the bytes of the payload's frame still to go, 0 if it was not taken. */
int firth_lua_failed_send(lua_State *L, firth_err code);

/* ---- payload.c: receiving without a copy that could be spared ---- */

#define FIRTH_LUA_PAYLOAD_BUFFER 16384

/* A payload as it arrives: in `buffer`, or if it is larger in memory from malloc. */
typedef struct firth_payload {
    char *data;
    size_t length;
    size_t reserved; /* bytes that were asked for so far */
    char buffer[FIRTH_LUA_PAYLOAD_BUFFER];
} firth_payload;

/* firth_channel_recv_into a payload, which need not be initialised. Does not raise. */
firth_err firth_lua_channel_recv(firth_channel *channel, double timeout, firth_payload *payload);

/* Frees what a failed receive left. Does not raise. */
void firth_lua_payload_free(firth_payload *payload);

/* A string; the payload is freed in any case. */
void firth_lua_push_payload(lua_State *L, firth_payload *payload);

/* ---- holder.c: objects of Lua whose descriptors lie below a stream ---- */

/* Shared by the core and the holder's userdata; the last of them frees it. */
typedef struct firth_lua_holder firth_lua_holder;

/* Pushes a userdata that keeps the objects at `first` and `second` (0: none) alive,
 * and fills `owner` for the core. On its end the core closes `descriptors` (-1: none). */
void firth_lua_hold(lua_State *L, int first, int second, const int descriptors[2],
                    firth_descriptor_owner *owner);

/* The same for a tunnel, which is to be the holder's first user value. */
void firth_lua_hold_tunnel(lua_State *L, firth_tunnel *tunnel);

/* To be called once the core has taken the owner or tunnel of that context. Does not
 * raise. */
void firth_lua_hold_taken(void *context);

/* The holder at `index`, or NULL if that is none. Does not raise. */
const firth_lua_object *firth_lua_test_holder(lua_State *L, int index);

/* Whether the core has done with what it holds. Does not raise. */
bool firth_lua_held_ended(const firth_lua_object *holder);

/* Closes the objects of Lua whose descriptors lie below the channel or stream at `index`,
 * if the core has done with them. Errors that their own close raises are dropped: the
 * stream has ended either way. */
void firth_lua_settle_descriptors(lua_State *L, int index);

/* ---- tunnel.c: streams through a tunnel of the caller's ---- */

/* Lua: (stream) -> a stream through a tunnel, which is still to be set. */
int firth_lua_tunneled_stream(lua_State *L);

/* Lua: stream:tun() -> the tunnel that is still to be closed, or nil. */
int firth_lua_tun(lua_State *L);

/* Lua: stream:set_tun(object with a method close, or nil). */
int firth_lua_set_tun(lua_State *L);

/* Settles the objects of Lua below the channel or stream at `index`, tunnels last; nothing
 * for other values. Drops the errors of their own close. */
void firth_lua_settle(lua_State *L, int index);

/* The same for the object at index 1, which has been closed or finished: pushes the
 * results of that, true or what a tunnel's close gave, and returns their number. Raises
 * what that raised. */
int firth_lua_ended(lua_State *L);

/* ---- over.c: streams over what the caller has opened ---- */

/* Lua: (value) -> whether it is a luasocket's client. */
int firth_lua_is_socket(lua_State *L);

/* Lua: (descriptor or luasocket's client) -> stream. */
int firth_lua_socket_stream_over(lua_State *L);

/* Lua: (open file of io) -> its descriptor, which stays the file's. */
int firth_lua_file_descriptor(lua_State *L);

/* Lua: (incoming, outgoing), each a descriptor or an open file of io -> stream. */
int firth_lua_pipe_stream_over(lua_State *L);

/* ---- brine_*.c: brine's values in Lua (brine.h) ---- */

/* Pushes the table that firth.brine begins with: its functions, NotImplemented, Ellipsis. */
void firth_lua_push_brine(lua_State *L);

/* ---- held_*.c: CMake picks the file that fits the C library ---- */

/* The bytes that were read from the file's descriptor but not yet from the file;
 * *length is 0 if there are none, or if this C library cannot say. Does not raise. */
const void *firth_lua_held_by_file(FILE *file, size_t *length);

#endif
