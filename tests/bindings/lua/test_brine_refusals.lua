-- What firth.brine refuses, and in which words.

local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"

local assert_fails, brine = fixtures.assert_fails, firth.brine

-- The text of the error that the call raises.
local function refusal(call, ...)
  local well, problem = pcall(call, ...)
  lu.assertFalse(well, "this should have been refused")
  return problem
end

local IS_TABLE = "a value of brine expected, got table; firth.brine.tuple makes a tuple of values"

local function assert_undumpable(text, value)
  lu.assertEquals(refusal(brine.dump, value), "bad argument #1 to 'firth.brine.dump' (" .. text ..
                  ")")
end

TestBrineRefusals = {}

function TestBrineRefusals:test_a_table_is_refused_with_what_to_do()
  assert_undumpable(IS_TABLE, { 1 })
end

function TestBrineRefusals:test_the_error_says_where_in_the_value_it_is()
  assert_undumpable("at [2][1]: " .. IS_TABLE, brine.tuple(1, brine.tuple({}, 2)))
  assert_undumpable("at [1].stop: a value of brine expected, got function",
                    brine.frozenset(brine.slice(1, print)))
  assert_undumpable("at [3]: a value of brine expected, got firth.FrameCodec",
                    brine.tuple(brine.tuple(1, brine.tuple()), nil, firth.FrameCodec()))
end

function TestBrineRefusals:test_a_long_way_is_told_by_its_beginning_and_its_end()
  local value = brine.tuple(print)
  for _ = 1, 20 do
    value = brine.tuple(0, value)
  end
  assert_undumpable("at " .. ("[2]"):rep(8) .. "..." .. ("[2]"):rep(7) ..
                    "[1]: a value of brine expected, got function", value)
end

function TestBrineRefusals:test_a_string_must_be_utf_8()
  assert_undumpable("at [2]: a string that is not UTF-8: byte 0xff at offset 1; " ..
                    "firth.brine.bytes makes bytes of any string", brine.tuple("a", "b\255"))
  for _, text in ipairs { "\xed\xa0\x80", "\xc0\x80", "\xf4\x90\x80\x80", "\xe2\x82" } do
    lu.assertStrContains(refusal(brine.dump, text), "not UTF-8")
  end
end

function TestBrineRefusals:test_what_is_wrong_is_said_at_the_place_of_the_call()
  lu.assertStrContains(refusal(function() brine.dump {} end), "test_brine_refusals.lua:")
  lu.assertStrContains(refusal(function() brine.load("\0", { depth = -1 }) end),
                       "test_brine_refusals.lua:")
end

function TestBrineRefusals:test_arguments_of_other_types()
  lu.assertStrContains(refusal(brine.load, 5), "string expected, got number")
  lu.assertStrContains(refusal(brine.load), "string expected, got no value")
  lu.assertStrContains(refusal(brine.dump), "value expected")
  lu.assertStrContains(refusal(brine.dumpable), "value expected")
  lu.assertStrContains(refusal(brine.bytes, 5), "string expected, got number")
  lu.assertStrContains(refusal(brine.complex, 1), "number expected, got no value")
  lu.assertStrContains(refusal(brine.complex, "1", 1), "number expected, got string")
  lu.assertStrContains(refusal(brine.tuple_of, "abc"), "table expected, got string")
  lu.assertStrContains(refusal(brine.tuple_of, {}, -1), "a number of items below 0")
  lu.assertStrContains(refusal(brine.tuple_of, {}, math.maxinteger), "too many items")
end

function TestBrineRefusals:test_methods_of_another_kind()
  local tuple, set, bytes = brine.tuple(1), brine.frozenset(1), brine.bytes "1"
  lu.assertStrContains(refusal(set.contains, tuple, 1),
                       "firth.brine.frozenset expected, got firth.brine.tuple")
  lu.assertStrContains(refusal(bytes.string, tuple),
                       "firth.brine.bytes expected, got firth.brine.tuple")
  lu.assertStrContains(refusal(tuple.unpack, bytes),
                       "frozenset or slice expected, got firth.brine.bytes")
  lu.assertStrContains(refusal(tuple.unpack, {}), "frozenset or slice expected, got table")
end

function TestBrineRefusals:test_limits_that_are_none()
  local function with(limits)
    return refusal(brine.dump, 1, limits)
  end
  lu.assertEquals(with { depht = 1 },
                  "unknown limit 'depht', known are depth, digits, items, size")
  lu.assertEquals(with { depth = 4097 },
                  "bad limit 'depth' (integer from 0 to 4096 expected, got 4097)")
  lu.assertEquals(with { size = 1 << 32 },
                  "bad limit 'size' (integer from 0 to 4294967295 expected, got 4294967296)")
  lu.assertEquals(with { depth = 1.5 },
                  "bad limit 'depth' (integer from 0 to 4096 expected, got 1.5)")
  lu.assertEquals(with { depth = "5" },
                  "bad limit 'depth' (integer from 0 to 4096 expected, got string)")
  lu.assertStrContains(with(5), "table of limits expected, got number")
end

function TestBrineRefusals:test_bytes_that_no_value_has()
  for _, encoded in ipairs {
    "", "\7", "\9", "\xf0", "\x10", "\8\x50", "\8\x0a\xff", "\x16\1x", "\x16\2-0",
    "\x19\x11\0\0", "\x1a\x50", "\x18\0\0\0", "\x15\xff\xff\xff\xff\0", "\x50\x50",
  } do
    assert_fails("protocol", brine.load(encoded))
  end
end

function TestBrineRefusals:test_what_follows_a_value_is_told()
  local result, message = brine.load "\x50abc"
  lu.assertNil(result)
  lu.assertEquals(message, "brine: 3 bytes follow the value, which ends at offset 1")
end
