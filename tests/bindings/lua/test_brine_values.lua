-- The values of firth.brine for what Lua has none of its own.

local brine = require "firth".brine
local fixtures = require "fixtures"
local lu = require "luaunit"

local assert_misuse = fixtures.assert_misuse
local nan = 0 / 0

TestBrineTuple = {}

function TestBrineTuple:test_it_is_indexed_and_counted_like_a_list()
  local value = brine.tuple("a", nil, "c")
  lu.assertEquals({ #value, value[1], value[3] }, { 3, "a", "c" })
  lu.assertNil(value[2])
  lu.assertNil(value[0])
  lu.assertNil(value[4])
  lu.assertEquals(value[3.0], "c")
  lu.assertNil(value.nothing)
end

function TestBrineTuple:test_it_is_unpacked()
  lu.assertEquals(table.pack(brine.tuple("a", nil, "c"):unpack()), table.pack("a", nil, "c"))
  lu.assertEquals(table.pack(brine.tuple(1, 2, 3):unpack(2)), table.pack(2, 3))
  lu.assertEquals(table.pack(brine.tuple(1, 2, 3):unpack(0, 2)), table.pack(nil, 1, 2))
  lu.assertEquals(table.pack(brine.tuple():unpack()), table.pack())
  assert_misuse("too many", function() brine.tuple():unpack(math.mininteger, math.maxinteger) end)
end

function TestBrineTuple:test_pairs_gives_every_item_and_ipairs_those_before_nil()
  local all, first = {}, {}
  for i, item in pairs(brine.tuple("a", nil, "c")) do
    all[i] = tostring(item)
  end
  for i, item in ipairs(brine.tuple("a", nil, "c")) do
    first[i] = item
  end
  lu.assertEquals(all, { "a", "nil", "c" })
  lu.assertEquals(first, { "a" })
end

function TestBrineTuple:test_it_becomes_a_table_and_is_made_of_one()
  lu.assertEquals(brine.tuple(1, nil, 3):totable(), { 1, nil, 3, n = 3 })
  lu.assertTrue(brine.tuple_of { 1, 2, 3 } == brine.tuple(1, 2, 3))
  lu.assertTrue(brine.tuple_of({ 1, nil, nil }, 3) == brine.tuple(1, nil, nil))
  lu.assertTrue(brine.tuple_of({ 1, 2, 3 }, 2) == brine.tuple(1, 2))
  lu.assertTrue(brine.tuple_of(brine.frozenset(7, 8)) == brine.tuple(7, 8))
end

function TestBrineTuple:test_tuples_are_equal_if_their_items_are()
  lu.assertTrue(brine.tuple(1, brine.tuple("a")) == brine.tuple(1.0, brine.tuple("a")))
  lu.assertTrue(brine.tuple(nan, nil) == brine.tuple(nan, nil))
  lu.assertFalse(brine.tuple(1) == brine.tuple(1, nil))
  lu.assertFalse(brine.tuple(1, brine.tuple("a")) == brine.tuple(1, brine.tuple("b")))
  lu.assertFalse(brine.tuple("a") == brine.tuple(brine.bytes "a"))
  lu.assertFalse(brine.tuple(1, 2) == brine.frozenset(1, 2))
  lu.assertFalse(brine.tuple(1) == { 1 })
  lu.assertFalse(brine.tuple(0) == brine.tuple(false))
end

function TestBrineTuple:test_it_cannot_be_changed()
  local value = brine.tuple(1)
  assert_misuse("attempt to index a firth.brine.tuple value", function() value[1] = 2 end)
  lu.assertEquals(getmetatable(value), "firth.brine.tuple")
end

function TestBrineTuple:test_its_text_is_how_it_would_be_made()
  lu.assertEquals(tostring(brine.tuple(1, 1.0, nil, true, 'a"\\\n\0\u{e9}', brine.tuple(),
                                       brine.bytes "\x7f\u{e9}")),
                  [[tuple(1, 1.0, nil, true, "a\"\\\n\x00]] .. "\u{e9}" ..
                      [[", tuple(), bytes("\x7f\xc3\xa9"))]])
  lu.assertEquals(tostring(brine.frozenset("a", brine.slice(nil, 1, nil))),
                  [[frozenset("a", slice(nil, 1, nil))]])
  lu.assertEquals(tostring(brine.complex(1, -0.5)), "complex(1.0, -0.5)")
  lu.assertEquals(tostring(brine.tuple(brine.Ellipsis, brine.NotImplemented)),
                  "tuple(Ellipsis, NotImplemented)")
end

function TestBrineTuple:test_other_objects_in_it_print_as_themselves()
  local object = setmetatable({}, { __tostring = function() return "an object" end })
  lu.assertEquals(tostring(brine.tuple(object)), "tuple(an object)")
end

TestBrineFrozenset = {}

function TestBrineFrozenset:test_contains_compares_values()
  local set = brine.frozenset(1, "a", nil, brine.tuple(1, "b"), nan, brine.frozenset(2, 3))
  for _, item in ipairs { 1, 1.0, "a", brine.tuple(1, "b"), nan, brine.frozenset(3, 2) } do
    lu.assertTrue(set:contains(item), tostring(item))
  end
  lu.assertTrue(set:contains(nil))
  for _, item in ipairs { 2, true, "b", brine.bytes "a", brine.tuple(1), brine.frozenset(2) } do
    lu.assertFalse(set:contains(item), tostring(item))
  end
end

function TestBrineFrozenset:test_an_item_is_there_once()
  local set = brine.frozenset(3, 1, 3.0, "x", 1, brine.tuple(1), brine.tuple(1.0), nan, nan)
  lu.assertEquals(tostring(set), ('frozenset(3, 1, "x", tuple(1), %s)'):format(nan))
  lu.assertEquals(#set, 5)
end

function TestBrineFrozenset:test_numbers_that_differ_in_bits_alone_are_there_once()
  local other = brine.load "\x18\x7f\xf8\0\0\0\0\1\x23"
  local set = brine.frozenset(nan, -nan, other, 0.0, -0.0, brine.complex(0.0, 1.0), brine.complex(-0.0, 1.0))
  lu.assertEquals(#set, 3)
  lu.assertTrue(set:contains(other) and set:contains(brine.complex(-0.0, 1.0)))
end

function TestBrineFrozenset:test_what_comes_twice_is_loaded_once()
  local set = brine.load "\x1a\x13\x51\x52\x51\x53"
  lu.assertEquals(set:totable(), { 1, 2, 3, n = 3 })
  lu.assertEquals(brine.dump(set), "\x1a\x12\x51\x52\x53")
end

function TestBrineFrozenset:test_order_does_not_matter_for_equality()
  lu.assertTrue(brine.frozenset(1, "a", brine.frozenset(2, 3)) ==
                brine.frozenset(brine.frozenset(3, 2), "a", 1))
  lu.assertFalse(brine.frozenset(1, 2) == brine.frozenset(1, 3))
  lu.assertFalse(brine.frozenset(1, 2) == brine.frozenset(1))
end

function TestBrineFrozenset:test_values_of_other_kinds_are_not_taken_for_each_other()
  local empty, one = brine.frozenset(), brine.frozenset(1)
  local items = { empty, brine.tuple(), one, 1, brine.tuple(1), brine.frozenset(one) }
  local set = brine.frozenset_of(items)
  lu.assertEquals(#set, #items)
  table.sort(items, function(a, b) return tostring(a) < tostring(b) end)
  lu.assertTrue(set == brine.frozenset_of(items))
end

function TestBrineFrozenset:test_many_items_are_found()
  local list = {}
  for i = 1, 70000 do
    list[i] = "item " .. i % 66000
  end
  local set = brine.frozenset_of(list)
  lu.assertEquals(#set, 66000)
  for i = 0, 65999, 997 do
    lu.assertTrue(set:contains("item " .. i))
  end
  lu.assertFalse(set:contains "item 66000")
  lu.assertEquals({ set[1], set[66000] }, { "item 1", "item 0" })
end

function TestBrineFrozenset:test_hosts_objects_are_found_by_identity()
  local one, other = {}, {}
  local set = brine.frozenset(one, brine.tuple(one))
  lu.assertTrue(set:contains(one))
  lu.assertTrue(set:contains(brine.tuple(one)))
  lu.assertFalse(set:contains(other))
end

TestBrineOthers = {}

function TestBrineOthers:test_bytes()
  local value = brine.bytes "a\0\255"
  lu.assertEquals({ value:string(), #value, tostring(value) },
                  { "a\0\255", 3, [[bytes("a\x00\xff")]] })
  lu.assertTrue(value == brine.bytes "a\0\255")
  lu.assertFalse(value == brine.bytes "a")
  lu.assertFalse(value == "a\0\255")
end

function TestBrineOthers:test_an_integer_that_64_bits_hold_is_one_of_lua()
  lu.assertEquals(math.type(brine.integer "42"), "integer")
  lu.assertEquals(brine.integer "-9223372036854775808", math.mininteger)
  lu.assertEquals(brine.integer "9223372036854775807", math.maxinteger)
  lu.assertEquals(brine.integer(7), 7)
end

function TestBrineOthers:test_a_greater_integer_has_its_digits_as_text()
  local value = brine.integer "-9223372036854775809"
  lu.assertEquals(tostring(value), "-9223372036854775809")
  lu.assertTrue(value == brine.integer "-9223372036854775809")
  lu.assertFalse(value == brine.integer "9223372036854775809")
  lu.assertFalse(value == math.mininteger)
end

function TestBrineOthers:test_integers_have_an_order()
  local ordered = {
    brine.integer("-1" .. ("0"):rep(30)), brine.integer "-9223372036854775810",
    brine.integer "-9223372036854775809", math.mininteger, -1, 0, 7, math.maxinteger,
    brine.integer "9223372036854775808", brine.integer "9223372036854775809",
    brine.integer("1" .. ("0"):rep(30)),
  }
  for i, one in ipairs(ordered) do
    for j, other in ipairs(ordered) do
      lu.assertEquals({ one < other, one <= other }, { i < j, i <= j })
    end
  end
  fixtures.assert_misuse("integer expected, got number", function() return ordered[1] < 1.5 end)
  fixtures.assert_misuse("integer expected, got table", function() return {} <= ordered[1] end)
end

function TestBrineOthers:test_what_is_no_decimal_is_no_integer()
  for _, text in ipairs {
    "", "-", "+1", "01", "-0", "-01", " 1", "1 ", "1.0", "1e3", "0x10", "1_000", "1\0",
    ("9"):rep(40) .. "a", "\u{0661}",
  } do
    assert_misuse("bad argument #1 to 'firth.brine.integer' (decimal digits expected)",
                  brine.integer, text)
  end
  assert_misuse("string expected, got number", brine.integer, 1.0)
end

function TestBrineOthers:test_complex_numbers()
  local value = brine.complex(1, -2.5)
  lu.assertEquals({ value.real, value.imag, math.type(value.real) }, { 1.0, -2.5, "float" })
  lu.assertTrue(value == brine.complex(1.0, -2.5))
  lu.assertTrue(brine.complex(nan, 0.0) == brine.complex(nan, -0.0))
  lu.assertEquals(#brine.frozenset(brine.complex(nan, 0.0), brine.complex(nan, -0.0)), 1)
  lu.assertFalse(value == brine.complex(1, 2.5))
end

function TestBrineOthers:test_slices()
  local value = brine.slice(1, nil, "step")
  lu.assertEquals({ value.start, value.stop, value.step }, { 1, nil, "step" })
  lu.assertEquals(table.pack(value:unpack()), table.pack(1, nil, "step"))
  lu.assertTrue(value == brine.slice(1, nil, "step"))
  lu.assertFalse(value == brine.slice(1, 2, "step"))
  lu.assertFalse(brine.slice(1, 2, 3) == brine.tuple(1, 2, 3))
  lu.assertTrue(brine.slice() == brine.slice(nil, nil, nil))
end

function TestBrineOthers:test_the_types()
  for name, value in pairs {
    boolean = true, integer = 1, float = 1.0, string = "", bytes = brine.bytes "",
    tuple = brine.tuple(), frozenset = brine.frozenset(), slice = brine.slice(),
    complex = brine.complex(0, 0), NotImplemented = brine.NotImplemented,
    Ellipsis = brine.Ellipsis,
  } do
    lu.assertEquals(brine.type(value), name)
  end
  lu.assertEquals(brine.type(nil), "nil")
  lu.assertEquals(brine.type(brine.integer(("9"):rep(20))), "integer")
  lu.assertNil(brine.type {})
  lu.assertNil(brine.type(io.stdout))
end
