-- Values to brine's bytes and back, each with the bytes that rpyc makes.

local brine = require "firth".brine
local fixtures = require "fixtures"
local lu = require "luaunit"

local assert_fails = fixtures.assert_fails

local function unhex(digits)
  return (digits:gsub("%s", ""):gsub("%x%x", function(byte)
    return string.char(tonumber(byte, 16))
  end))
end

local function assert_encodes(value, digits)
  local encoded = unhex(digits)
  lu.assertEquals(brine.dump(value), encoded)
  local loaded, message = brine.load(encoded)
  lu.assertNil(message)
  lu.assertEquals(brine.type(loaded), brine.type(value))
  lu.assertTrue(loaded == value, tostring(loaded))
end

TestBrine = {}

function TestBrine:test_the_first_example_of_the_module()
  local data = assert(brine.dump(brine.tuple("answer", 42, nil, brine.bytes "\0\255")))
  local value = brine.load(data)
  lu.assertEquals({ tostring(value), #value, value[2] },
                  { [[tuple("answer", 42, nil, bytes("\x00\xff"))]], 4, 42 })
end

function TestBrine:test_nil_and_booleans_are_one_byte()
  assert_encodes(nil, "00")
  assert_encodes(true, "03")
  assert_encodes(false, "04")
end

function TestBrine:test_small_integers_are_one_byte()
  assert_encodes(0, "50")
  assert_encodes(-48, "20")
  assert_encodes(159, "ef")
end

function TestBrine:test_other_integers_are_decimal_digits()
  assert_encodes(-49, "1603 2d3439")
  assert_encodes(160, "1603 313630")
end

function TestBrine:test_integers_of_64_bits_are_exact()
  assert_encodes(math.maxinteger, "1613 39323233333732303336383534373735383037")
  assert_encodes(math.mininteger, "1614 2d39323233333732303336383534373735383038")
  assert_encodes((1 << 53) + 1, "1610 39303037313939323534373430393933")
end

function TestBrine:test_integers_beyond_64_bits_lose_nothing()
  assert_encodes(brine.integer "9223372036854775808",
                 "1613 39323233333732303336383534373735383038")
  assert_encodes(brine.integer "-9223372036854775809",
                 "1614 2d39323233333732303336383534373735383039")
  local digits = "7" .. ("0123456789"):rep(400)
  lu.assertEquals(tostring(brine.load(brine.dump(brine.integer(digits)))), digits)
end

function TestBrine:test_floats_stay_floats()
  assert_encodes(1.0, "18 3ff0000000000000")
  assert_encodes(2.0 ^ 63, "18 43e0000000000000")
  assert_encodes(math.huge, "18 7ff0000000000000")
  lu.assertEquals(math.type(brine.load(brine.dump(1.0))), "float")
  lu.assertEquals(math.type(brine.load(brine.dump(1))), "integer")
end

function TestBrine:test_a_negative_zero_and_a_nan_keep_their_bits()
  lu.assertEquals(brine.dump(-0.0), unhex "18 8000000000000000")
  lu.assertEquals(1 / brine.load(unhex "18 8000000000000000"), -math.huge)
  local nan = unhex "18 7ff8000000000123"
  lu.assertEquals(brine.dump(brine.load(nan)), nan)
end

function TestBrine:test_strings_are_text()
  assert_encodes("", "0801")
  assert_encodes("abc", "080c 616263")
  assert_encodes("\u{3c0}\0", "080c cf8000")
end

function TestBrine:test_bytes_are_bytes()
  assert_encodes(brine.bytes "", "01")
  assert_encodes(brine.bytes "\255\0", "0b ff00")
  assert_encodes(brine.bytes(("x"):rep(300)), "0f0000012c" .. ("78"):rep(300))
end

function TestBrine:test_nil_is_an_item_like_others()
  assert_encodes(brine.tuple(), "02")
  assert_encodes(brine.tuple(nil), "10 00")
  assert_encodes(brine.tuple(nil, 1, nil, nil), "13 00510000")
  lu.assertEquals(#brine.load(unhex "13 00510000"), 4)
end

function TestBrine:test_tuples_of_many_lengths()
  for length, head in pairs { [4] = "13", [5] = "1405", [255] = "14ff", [256] = "1500000100" } do
    local list = {}
    for i = 1, length do
      list[i] = 1
    end
    assert_encodes(brine.tuple_of(list), head .. ("51"):rep(length))
  end
end

function TestBrine:test_a_tuple_may_have_more_items_than_a_userdata_has_values()
  local list = {}
  for i = 1, 70000 do
    list[i] = i
  end
  local value = brine.load(brine.dump(brine.tuple_of(list)))
  lu.assertEquals({ #value, value[1], value[65535], value[70000] }, { 70000, 1, 65535, 70000 })
  lu.assertTrue(value == brine.tuple_of(list))
end

function TestBrine:test_containers_within_each_other()
  assert_encodes(brine.tuple(brine.tuple(1, brine.tuple()), brine.slice(nil, 2, nil)),
                 "11 11 51 02 1912 00 52 00")
end

function TestBrine:test_frozensets_keep_the_order_they_came_in()
  local encoded = unhex "1a12 59 53 51"
  local set = brine.load(encoded)
  lu.assertEquals(set:totable(), { 9, 3, 1, n = 3 })
  lu.assertEquals(brine.dump(set), encoded)
  assert_encodes(brine.frozenset(), "1a02")
end

function TestBrine:test_complex_numbers_and_singletons()
  assert_encodes(brine.complex(1, -2.5), "1b 3ff0000000000000 c004000000000000")
  assert_encodes(brine.NotImplemented, "05")
  assert_encodes(brine.Ellipsis, "06")
  lu.assertTrue(rawequal(brine.load "\6", brine.Ellipsis))
end

function TestBrine:test_values_at_the_limit_of_depth()
  local deep = brine.tuple()
  for _ = 2, 4096 do
    deep = brine.tuple(deep)
  end
  local encoded = assert(brine.dump(deep, { depth = 4096 }))
  lu.assertEquals(encoded, ("\x10"):rep(4095) .. "\2")
  lu.assertTrue(brine.load(encoded, { depth = 4096 }) == deep)
  lu.assertEquals(#tostring(deep), 4096 * #"tuple()")
end

function TestBrine:test_a_coroutine_may_go_as_deep()
  local deep = ("\x10"):rep(4095) .. "\2"
  local dumped = coroutine.wrap(function()
    return brine.dump(brine.load(deep, { depth = 4096 }), { depth = 4096 })
  end)
  lu.assertEquals(dumped(), deep)
end

function TestBrine:test_dumpable_says_whether_dump_would_give_bytes()
  lu.assertTrue(brine.dumpable(nil))
  lu.assertTrue(brine.dumpable(brine.tuple(1, "a")))
  lu.assertFalse(brine.dumpable {})
  lu.assertFalse(brine.dumpable(brine.tuple(1, print)))
  lu.assertFalse(brine.dumpable "\255")
  lu.assertFalse(brine.dumpable("abc", { size = 3 }))
end

TestBrineLimits = {}

function TestBrineLimits:test_depth()
  local value = brine.tuple(brine.tuple(1))
  lu.assertEquals(#brine.dump(value, { depth = 2 }), 3)
  assert_fails("buffer_overflow", brine.dump(value, { depth = 1 }))
  assert_fails("buffer_overflow", brine.load(brine.dump(value), { depth = 1 }))
end

function TestBrineLimits:test_size()
  lu.assertEquals(brine.dump("abc", { size = 5 }), "\8\x0cabc")
  assert_fails("buffer_overflow", brine.dump("abc", { size = 4 }))
  assert_fails("buffer_overflow", brine.load("\8\x0cabc", { size = 4 }))
end

function TestBrineLimits:test_items()
  local value = brine.tuple(1, 2)
  lu.assertEquals(#brine.dump(value, { items = 3 }), 3)
  assert_fails("buffer_overflow", brine.dump(value, { items = 2 }))
  assert_fails("buffer_overflow", brine.load(brine.dump(value), { items = 2 }))
end

function TestBrineLimits:test_digits()
  local value = brine.integer(("9"):rep(30))
  lu.assertEquals(#brine.dump(value, { digits = 30 }), 32)
  assert_fails("buffer_overflow", brine.dump(value, { digits = 29 }))
  assert_fails("buffer_overflow", brine.load(brine.dump(value), { digits = 29 }))
end

function TestBrineLimits:test_the_defaults()
  lu.assertEquals({ brine.DEPTH_LIMIT, brine.DEPTH_MAX, brine.SIZE_LIMIT, brine.ITEMS_LIMIT,
                    brine.DIGITS_LIMIT }, { 512, 4096, 1 << 28, 1 << 24, 4300 })
  assert_fails("buffer_overflow", brine.load(("\x10"):rep(512) .. "\x10\0"))
  assert_fails("buffer_overflow", brine.dump(brine.integer(("9"):rep(4301))))
end

function TestBrineLimits:test_a_limit_may_come_from_the_tables_index()
  local limits = setmetatable({}, { __index = { depth = 1 } })
  assert_fails("buffer_overflow", brine.dump(brine.tuple(brine.tuple(1)), limits))
end
