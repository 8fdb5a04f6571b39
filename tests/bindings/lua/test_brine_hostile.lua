-- Values and tables that work against firth.brine while it works.

local brine = require "firth".brine
local fixtures = require "fixtures"
local live = require "firth".live
local lu = require "luaunit"

-- Calls `use` with a userdata that has this metatable meanwhile.
local function disguised(metatable, use)
  local file <close> = io.tmpfile()
  local own = debug.getmetatable(file)
  local restored <close> = setmetatable({}, { __close = function()
    debug.setmetatable(file, own)
  end })
  use(debug.setmetatable(file, metatable))
end

TestBrineHostile = {}

function TestBrineHostile:setUp()
  fixtures.collect()
  self.objects = live()
end

function TestBrineHostile:tearDown()
  lu.assertEquals(live(), self.objects)
end

function TestBrineHostile:test_limits_whose_index_dumps_and_loads()
  local value = brine.tuple(brine.tuple(1), "a")
  local limits = setmetatable({}, { __index = function(_, name)
    lu.assertTrue(brine.load(brine.dump(value)) == value)
    return name == "depth" and 2 or nil
  end })
  lu.assertTrue(brine.load(brine.dump(value, limits), limits) == value)
end

function TestBrineHostile:test_limits_whose_index_raises()
  local limits = setmetatable({}, { __index = function() error "no limits" end })
  fixtures.assert_misuse("no limits", brine.dump, 1, limits)
  fixtures.assert_misuse("no limits", brine.load, "\0", limits)
end

function TestBrineHostile:test_a_list_that_lies_about_its_length()
  local liar = setmetatable({},
                            { __len = function() return 3 end,
                              __index = function(_, i) return i end })
  lu.assertTrue(brine.tuple_of(liar) == brine.tuple(1, 2, 3))
  setmetatable(liar, { __len = function() return "many" end })
  fixtures.assert_misuse("object length is not an integer", brine.tuple_of, liar)
end

function TestBrineHostile:test_an_object_of_the_host_may_be_a_list()
  disguised({ __len = function() return 2 end, __index = function(_, i) return "item " .. i end },
            function(list)
    lu.assertTrue(brine.tuple_of(list) == brine.tuple("item 1", "item 2"))
  end)
  fixtures.assert_misuse("attempt to", brine.tuple_of, io.stdout)
end

function TestBrineHostile:test_metamethods_of_a_refused_table_are_not_asked()
  local function asked()
    error "asked"
  end
  local object = setmetatable({},
                              { __index = asked, __len = asked, __tostring = asked, __eq = asked,
                                    __pairs = asked, __name = "its name" })
  fixtures.assert_misuse("at [1]: a value of brine expected, got table", brine.dump,
                         brine.tuple(object))
  lu.assertFalse(brine.tuple(object) == brine.tuple(setmetatable({}, getmetatable(object))))
end

function TestBrineHostile:test_finalisers_dump_and_load_while_values_are_made()
  local runs = 0
  local value = brine.frozenset("a", brine.tuple(1, brine.bytes "b"))
  local function plant()
    setmetatable({}, { __gc = function()
      runs = runs + 1
      lu.assertTrue(brine.load(brine.dump(value)) == value)
      pcall(brine.dump, brine.tuple({}))
      brine.load "\x10"
    end })
  end
  local list = {}
  for i = 1, 2000 do
    list[i] = brine.tuple("item " .. i, brine.frozenset(i, "x"), brine.bytes("y" .. i))
  end
  local all = brine.tuple_of(list)
  local encoded = brine.dump(all)
  local pause = collectgarbage("incremental", 10, 1000)
  for _ = 1, 20 do
    plant()
    lu.assertTrue(brine.load(encoded) == all)
    lu.assertEquals(brine.dump(all), encoded)
    lu.assertFalse(brine.dumpable(brine.tuple(all, print)))
    lu.assertEquals(select(3, brine.load(encoded .. "\0")), "protocol")
  end
  collectgarbage(pause)
  fixtures.collect()
  lu.assertEquals(runs, 20)
end

function TestBrineHostile:test_claims_of_many_items_take_no_memory()
  local claim = "\x15\0\x20\0\0"
  local encoded = claim:rep(400) .. ("\0"):rep(1 << 21)
  fixtures.collect()
  local before = collectgarbage "count"
  fixtures.assert_fails("protocol", brine.load(encoded))
  lu.assertTrue(collectgarbage "count" - before < 20 * #encoded / 1024 * 2)
end

function TestBrineHostile:test_sets_within_sets_within_sets()
  local encoded = "\x1a\2"
  for _ = 2, 2000 do
    encoded = "\x1a\x11" .. "\x51" .. encoded
  end
  local set = assert(brine.load(encoded, { depth = 4096 }))
  lu.assertTrue(set == brine.load(encoded, { depth = 4096 }))
  local both = brine.load("\x1a\x11" .. encoded .. encoded, { depth = 4096 })
  lu.assertEquals(#both, 1)
end

function TestBrineHostile:test_a_set_of_the_same_not_a_number_again_and_again()
  local count = 200000
  local set = brine.load("\x1a\x15" .. string.pack(">I4", count) ..
                         ("\x18\x7f\xf8\0\0\0\0\0\0"):rep(count))
  lu.assertEquals(#set, 1)
end

function TestBrineHostile:test_values_deeper_than_lua_goes_are_an_error()
  local one, other = brine.tuple(), brine.tuple()
  for _ = 1, 600000 do
    one, other = brine.tuple(one), brine.tuple(other)
  end
  fixtures.assert_misuse("a value that is too deep", tostring, one)
  fixtures.assert_misuse("a value that is too deep", function() return one == other end)
  fixtures.assert_fails("buffer_overflow", brine.dump(one))
  lu.assertEquals(#brine.frozenset(one), 1)
end

function TestBrineHostile:test_the_debug_library_makes_no_crash()
  local tuple, bytes, wide = brine.tuple(1, 2), brine.bytes "x", brine.tuple_of({}, 70000)
  debug.setuservalue(tuple, tuple, 1)
  debug.setuservalue(bytes, {}, 1)
  debug.setuservalue(wide, 5, 1)
  for _, value in ipairs { tuple, bytes, wide } do
    pcall(brine.dump, value)
    pcall(tostring, value)
    pcall(brine.frozenset, value)
    pcall(function() return #value, value[1], value:unpack(1, 2) end)
  end
  disguised(debug.getmetatable(tuple), function(foreign)
    fixtures.assert_misuse("value of brine expected", brine.dump, foreign)
    fixtures.assert_misuse("expected", function() return foreign[1] end)
    fixtures.assert_misuse("expected", function() return #foreign end)
  end)
end
