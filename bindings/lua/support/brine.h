/* Brine's values in Lua, for the files that make, compare, print, dump and load them.
 *
 * What Lua has no value of its own for is a userdata, which nothing written in Lua can
 * change: tuples, frozensets and slices with their items as user values, bytes and
 * integers of more than 64 bits with a string, complex numbers, NotImplemented, Ellipsis.
 * Values within each other are gone through by a loop whose place is kept on Lua's stack:
 * however deep they are, C's stack stays as it is. */
#ifndef FIRTH_LUA_BRINE_H
#define FIRTH_LUA_BRINE_H

#include "firth_lua.h"

typedef struct firth_lua_brine_class {
    const char *kind; /* what firth.brine.type says */
    const char *name; /* what errors say, and tostring of those that have no text */
} firth_lua_brine_class;

/* Where an item of a frozenset is, in the order of the hashes. */
typedef struct firth_lua_brine_place {
    uint64_t hash;
    size_t item;
} firth_lua_brine_place;

typedef struct firth_lua_brine {
    const firth_lua_brine_class *type;
    size_t length; /* items */
    bool in_table; /* the items are in a table: more than a userdata has user values */
    union {
        struct {
            size_t hashed; /* items that `hash` has in it already */
            uint64_t hash;
        };
        struct {
            double real;
            double imaginary;
        };
    };
    firth_lua_brine_place places[]; /* of a frozenset */
} firth_lua_brine;

/* ---- brine_object.c: the userdata ---- */

/* Pushes a new object with `length` items, which are nil. */
firth_lua_brine *firth_lua_brine_new(lua_State *L, firth_brine_kind kind, size_t length);

/* Pushes a new object of bytes or a big integer with the string on the top, which it
 * replaces. */
void firth_lua_brine_new_text(lua_State *L, firth_brine_kind kind);

/* Pushes the one object NotImplemented or Ellipsis of this state. */
void firth_lua_brine_push_singleton(lua_State *L, firth_brine_kind kind);

/* The object at `index`, or NULL if that is none. Does not raise. */
firth_lua_brine *firth_lua_brine_test(lua_State *L, int index);

/* The object at `index`, or a misuse unless it is of the kind. */
firth_lua_brine *firth_lua_brine_check(lua_State *L, int index, firth_brine_kind kind);

firth_brine_kind firth_lua_brine_kind(const firth_lua_brine *object);

/* Whether it has items: tuple, frozenset, slice. */
bool firth_lua_brine_has_items(const firth_lua_brine *object);

/* Whether it has items, at least one; NULL has none. */
bool firth_lua_brine_is_open(const firth_lua_brine *object);

/* Whether it holds a string: bytes, big integer. */
bool firth_lua_brine_has_text(const firth_lua_brine *object);

/* Pushes item `item`, from 1 on, of the object at `index`; or its string, as item 1. Does not
 * raise. */
void firth_lua_brine_push_item(lua_State *L, int index, size_t item);

/* Pops a value into item `item` of the object at `index`. */
void firth_lua_brine_set_item(lua_State *L, int index, size_t item);

/* Pushes the metatable of the kind, which has its name, and remembers it. */
void firth_lua_brine_new_metatable(lua_State *L, firth_brine_kind kind);

/* ---- brine_walk.c: through values within each other ---- */

/* On the stack, each container is followed by a number: how far the walk was in the one
 * around it. */
typedef struct firth_lua_brine_walk {
    lua_State *L;
    int bottom;              /* index of the outermost container */
    size_t depth;            /* containers */
    firth_lua_brine *inside; /* the innermost one, or NULL */
    size_t at;               /* items of it that were gone to */
} firth_lua_brine_walk;

/* A walk that begins with the value on the top. */
firth_lua_brine_walk firth_lua_brine_walk_from(lua_State *L);

/* Goes into the container on the top. */
void firth_lua_brine_walk_in(firth_lua_brine_walk *walk);

/* Goes out of the innermost container, which is on the top then. Does not raise. */
void firth_lua_brine_walk_out(firth_lua_brine_walk *walk);

/* Whether all items of the innermost container were gone to. */
bool firth_lua_brine_walk_at_end(const firth_lua_brine_walk *walk);

/* Pushes the next item of the innermost container, which is on the top. Does not raise. */
void firth_lua_brine_walk_on(firth_lua_brine_walk *walk);

/* Pushes where in the value the walk is, as Lua would write it: "[2][1]"; "" at the top. */
void firth_lua_brine_push_path(const firth_lua_brine_walk *walk);

/* ---- brine_hash.c, brine_equal.c, brine_set.c ---- */

/* Equal values have equal hashes. Different in each state. */
uint64_t firth_lua_brine_hash(lua_State *L, int index);

/* Whether the values are equal: of brine's kinds, by what is in them, numbers as Lua's ==
 * has it and NaN equal to itself; others, as rawequal has it. */
bool firth_lua_brine_equal(lua_State *L, int first, int second);

/* Makes the frozenset at `index`, whose items are all set, one that can be asked: an item that
 * is there already goes. */
void firth_lua_brine_seal(lua_State *L, int index);

/* Whether the frozenset at `index` has the value at `value`. */
bool firth_lua_brine_contains(lua_State *L, int index, int value);

/* ---- brine_text.c ---- */

/* Lua: (value) -> text, as the constructors would be written. */
int firth_lua_brine_tostring(lua_State *L);

/* ---- brine_integer.c ---- */

/* Lua: (digits) -> an integer of Lua's if 64 bits hold it, else an object. */
int firth_lua_brine_integer(lua_State *L);

/* How such an object is compared with integers. */
extern const luaL_Reg firth_lua_brine_integer_events[];

/* ---- brine_limits.c ---- */

/* The table at `index`, or the defaults for nil and nothing; misuse of it raises. */
firth_brine_limits firth_lua_brine_limits(lua_State *L, int index);

/* ---- brine_dump.c, brine_load.c ---- */

/* Pushes nil before the message on the top, and the code behind it; returns 3. */
int firth_lua_brine_failed(lua_State *L, firth_err code);

/* Lua: (value, limits) -> bytes; or nil, message, code. */
int firth_lua_brine_dump(lua_State *L);

/* Lua: (value, limits) -> whether dump would give bytes. */
int firth_lua_brine_dumpable(lua_State *L);

/* Lua: (bytes, limits) -> value; or nil, message, code. */
int firth_lua_brine_load(lua_State *L);

#endif
