local core = require "firth_core"

--- rpyc's encoding of immutable values, to bytes and back.
--
--   local brine = require "firth".brine
--
--   local data = assert(brine.dump(brine.tuple("answer", 42, nil, brine.bytes "\0\255")))
--   local value = brine.load(data)
--   print(value, #value, value[2])  --> tuple("answer", 42, nil, bytes("\x00\xff"))  4  42
--
-- brine.dump(value [, limits])      the bytes, those that rpyc makes. "buffer_overflow" over a
--                                   limit. What brine has no value for (a table, a function,
--                                   a string that is not UTF-8) is misuse; the error
--                                   says where in the value it is
-- brine.load(bytes [, limits])      the value. "protocol" for bytes that no value has, or
--                                   that follow it, "buffer_overflow" over a limit. As the value
--                                   may be nil, it is the message that tells a failure:
--                                   `local value, message, code = brine.load(bytes)`
-- brine.dumpable(value [, limits])  whether dump would give bytes
-- brine.type(value)                 "nil", "boolean", "integer", "float", "string", "bytes",
--                                   "tuple", "frozenset", "slice", "complex",
--                                   "NotImplemented" or "Ellipsis"; nil for all else
--
-- Limits: a table of depth (512, at most 4096; containers within each other), size (256
-- MiB), items (2^24; values, each container and what is in it counted), digits (4300; of
-- an integer).
--
-- Python's None, bool, int, float and str are nil, boolean, integer, float and string, and
-- 1.0 is not 1: math.type tells them apart. For the rest there are values of their own,
-- which cannot be changed. Two are equal (==) if their contents are: numbers as
-- everywhere in Lua, but NaN is equal to itself. tostring writes them as they would be
-- made. As keys of a table they are different even if they are equal.
--
-- brine.tuple(...)                  nil is an item like others
-- brine.tuple_of(list [, n])        the items 1 to n, else to #list
--     #t, t[i], t:unpack([from [, to]]), `for i, item in pairs(t)` (ipairs stops at nil),
--     t:totable()                   a list of the items; n is their number
-- brine.frozenset(...), brine.frozenset_of(list [, n])
--                                   an item that is there already is left out
--     s:contains(value), and all that a tuple has: the order is that of arrival
-- brine.bytes(string)               b:string(), #b
-- brine.integer(digits)             an integer in decimal digits, perhaps after a '-': an
--                                   integer of Lua's if 64 bits hold it, else a value whose
--                                   tostring has the digits; < and <= compare it with integers
-- brine.complex(real, imag)         c.real, c.imag
-- brine.slice(start, stop, step)    s.start, s.stop, s.step, s:unpack()
-- brine.NotImplemented, brine.Ellipsis
local brine = core.brine

brine.DEPTH_LIMIT = core.BRINE_DEPTH_LIMIT
brine.DEPTH_MAX = core.BRINE_DEPTH_MAX
brine.SIZE_LIMIT = core.BRINE_SIZE_LIMIT
brine.ITEMS_LIMIT = core.BRINE_ITEMS_LIMIT
brine.DIGITS_LIMIT = core.BRINE_DIGITS_LIMIT

return brine
