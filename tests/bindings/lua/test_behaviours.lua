-- One suite of behaviours over every kind of stream, by name.

local firth = require "firth"
local fixtures = require "fixtures"
local kinds = require "kinds"
local lu = require "luaunit"

local assert_fails = fixtures.assert_fails
local LONG = fixtures.LONG

local Behaviours = {}

-- Those collect what is written until a flush.
local function say(stream, data)
  lu.assertTrue(stream:write(data))
  lu.assertTrue(stream:flush())
end

function Behaviours:test_read_gives_exactly_what_was_asked_for()
  say(self.there, "abcdef")
  lu.assertEquals(self.here:read(4, LONG), "abcd")
  lu.assertEquals(self.here:read(2, LONG), "ef")
end

function Behaviours:test_read_some_takes_what_is_there()
  say(self.there, "abc")
  lu.assertIsTrue(self.here:poll(LONG))
  lu.assertEquals(self.here:read_some(100, LONG), "abc")
end

function Behaviours:test_write_takes_all_of_it()
  say(self.here, "a\0b")
  lu.assertEquals(self.there:read(3, LONG), "a\0b")
end

function Behaviours:test_poll_says_whether_there_is_something()
  lu.assertIsFalse(self.here:poll())
  say(self.there, "x")
  lu.assertIsTrue(self.here:poll(LONG))
  lu.assertEquals(self.here:read(1, LONG), "x")
  lu.assertIsFalse(self.here:poll())
end

function Behaviours:test_a_time_out_loses_nothing()
  assert_fails("timeout", self.here:read(4, 0))
  say(self.there, "ab")
  lu.assertIsTrue(self.here:poll(LONG))
  assert_fails("timeout", self.here:read(4, 0.001))
  say(self.there, "cd")
  lu.assertEquals(self.here:read(4, LONG), "abcd")
end

function Behaviours:test_its_own_time_out_holds_for_calls_that_give_none()
  lu.assertTrue(self.here:set_timeout(0))
  assert_fails("timeout", self.here:read(1))
  say(self.there, "x")
  lu.assertEquals(self.here:read(1, nil), "x")
end

function Behaviours:test_unread_bytes_come_first()
  say(self.there, "cd")
  lu.assertTrue(self.here:unread "ab")
  lu.assertEquals(self.here:read(4, LONG), "abcd")
end

function Behaviours:test_the_end_comes_after_the_last_bytes()
  say(self.there, "last")
  lu.assertTrue(self.there:finish(LONG))
  lu.assertEquals(self.here:read(4, LONG), "last")
  lu.assertIsTrue(self.here:poll(LONG))
  assert_fails("eof", self.here:read(1, LONG))
  lu.assertIsTrue(self.here:closed())
  assert_fails("eof", self.here:read(1, LONG))
end

function Behaviours:test_the_end_inside_a_read_is_a_lost_connection()
  say(self.there, "ab")
  lu.assertTrue(self.there:finish(LONG))
  assert_fails("connection_lost", self.here:read(4, LONG))
end

function Behaviours:test_finish_ends_the_other_side()
  self.here:write "last"
  self.here:finish()
  lu.assertEquals(self.there:read(4, LONG), "last")
  assert_fails("eof", self.there:read(1, LONG))
end

function Behaviours:test_close_in_a_coroutine_is_seen_by_the_others()
  local reader = coroutine.wrap(function()
    while true do
      coroutine.yield(self.here:read(1, 0))
    end
  end)
  assert_fails("timeout", reader())
  coroutine.wrap(function() self.here:close() end)()
  assert_fails("closed", reader())
  lu.assertEquals(assert_fails("closed", self.here:write "x"), 0)
  assert_fails("closed", self.here:poll())
  lu.assertTrue(self.here:close())
end

-- Both sides have much to send, and nobody may wait for ever.
function Behaviours:test_payloads_of_both_sides_pass_each_other()
  local here, there = firth.Channel(self.here), firth.Channel(self.there)
  local payload = fixtures.random_bytes(1 << 20)
  fixtures.assert_done(here:send(payload, 0))
  fixtures.assert_done(there:send(payload, 0))
  local from_there, from_here
  while not (from_there and from_here) do
    fixtures.assert_done(here:flush(0))
    fixtures.assert_done(there:flush(0))
    from_there = from_there or fixtures.assert_done(here:recv(0))
    from_here = from_here or fixtures.assert_done(there:recv(0))
  end
  lu.assertTrue(from_there == payload and from_here == payload)
end

function Behaviours:test_wake_interrupts_what_would_block()
  local result, _, code = self.here:wake()
  if not result then
    lu.assertEquals(code, "not_supported")
    return
  end
  assert_fails("interrupted", self.here:read(1, LONG))
  say(self.there, "x")
  lu.assertEquals(self.here:read(1, LONG), "x")
end

function Behaviours:test_the_bytes_are_counted()
  local before = self.here:counters()
  say(self.there, "abc")
  self.here:read(3, LONG)
  say(self.here, "de")
  local counters = self.here:counters()
  lu.assertEquals(counters.bytes_read - before.bytes_read, 3)
  lu.assertEquals(counters.bytes_written - before.bytes_written, 2)
end

function Behaviours:test_it_has_descriptors_to_watch()
  lu.assertEquals(math.type(self.here:fileno()), "integer")
  lu.assertEquals(math.type(self.here:write_fileno()), "integer")
end

function Behaviours:test_a_collected_one_leaves_no_descriptor()
  self:tearDown()
  self.here, self.there = nil, nil
  fixtures.collect()
  local before = fixtures.descriptors()
  for _ = 1, 3 do
    local here, there = kinds[self.kind]()
    here:write "x"
    there:close()
  end
  fixtures.collect()
  fixtures.wait_until(function() return fixtures.descriptors() <= before end)
  self:setUp()
end

for kind, open in pairs(kinds) do
  local class = { kind = kind }
  for name, test in pairs(Behaviours) do
    class[name] = test
  end
  if kind == "custom" then -- its writes keep no time; test_custom_over has this
    class.test_payloads_of_both_sides_pass_each_other = nil
  end
  function class:setUp()
    self.here, self.there = open()
  end
  function class:tearDown()
    self.here:close()
    self.there:close()
  end
  _G["TestBehaviours_" .. kind] = class
end
