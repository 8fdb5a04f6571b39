-- Corks: send collects, for one write of many payloads.

local firth = require "firth"
local fixtures = require "fixtures"
local objects = require "custom_objects"
local lu = require "luaunit"

local assert_fails, assert_misuse = fixtures.assert_fails, fixtures.assert_misuse
local writes, LONG = fixtures.writes, fixtures.LONG

-- More than a socket takes, in payloads that are smaller than a queue.
local BIG = fixtures.random_bytes(300000)

TestCork = {}

function TestCork:setUp()
  self.here, self.there = fixtures.channels()
end

function TestCork:tearDown()
  self.here:close()
  self.there:close()
end

function TestCork:test_payloads_leave_in_one_write_with_uncork()
  local before = writes(self.here)
  lu.assertIsTrue(self.here:cork())
  for i = 1, 100 do
    lu.assertIsTrue(self.here:send("payload " .. i))
  end
  lu.assertEquals(writes(self.here), before)
  lu.assertIsFalse(self.there:poll())
  lu.assertIsTrue(self.here:uncork())
  lu.assertEquals(writes(self.here), before + 1)
  for i = 1, 100 do
    lu.assertEquals(self.there:recv(LONG), "payload " .. i)
  end
end

function TestCork:test_pending_counts_what_is_collected()
  self.here:cork()
  self.here:send "abc"
  self.here:send ""
  lu.assertEquals(self.here:pending(), 9 + 6)
  self.here:uncork()
  lu.assertEquals(self.here:pending(), 0)
end

function TestCork:test_corks_are_counted()
  lu.assertIsFalse(self.here:corked())
  self.here:cork()
  self.here:cork()
  self.here:send "x"
  self.here:uncork()
  lu.assertIsTrue(self.here:corked())
  lu.assertIsFalse(self.there:poll())
  self.here:uncork()
  lu.assertIsFalse(self.here:corked())
  lu.assertEquals(self.there:recv(LONG), "x")
end

function TestCork:test_uncork_without_a_cork_is_misuse()
  assert_misuse("not corked", self.here.uncork, self.here)
  assert_misuse("test_cork.lua:", function() self.here:uncork() end)
  self.here:cork()
  self.here:uncork()
  assert_misuse("not corked", self.here.uncork, self.here, 0)
end

function TestCork:test_flush_sends_and_keeps_the_cork()
  self.here:cork()
  self.here:send "one"
  lu.assertIsTrue(self.here:flush())
  lu.assertEquals(self.there:recv(LONG), "one")
  self.here:send "two"
  lu.assertIsTrue(self.here:corked())
  lu.assertIsFalse(self.there:poll())
end

function TestCork:test_receiving_sends_what_is_collected()
  for _, receive in ipairs { self.here.recv, self.here.poll } do
    self.here:cork()
    self.here:send "question"
    receive(self.here, 0)
    lu.assertEquals(self.there:recv(LONG), "question")
  end
end

function TestCork:test_finish_sends_what_is_collected()
  self.here:cork()
  self.here:send "last"
  lu.assertIsTrue(self.here:finish())
  lu.assertEquals(self.there:recv(LONG), "last")
  assert_fails("eof", self.there:recv(LONG))
end

function TestCork:test_close_gives_what_is_collected_one_try()
  self.here:cork()
  self.here:send "last"
  lu.assertIsTrue(self.here:close())
  lu.assertEquals(self.there:recv(LONG), "last")
end

function TestCork:test_a_scope_that_ends_well_sends_what_is_collected()
  do
    local channel <close> = self.here
    channel:cork()
    channel:send "last"
  end
  lu.assertEquals(self.there:recv(LONG), "last")
end

function TestCork:test_a_full_queue_leaves_before_the_next_is_collected()
  local here, there = fixtures.channels { limits = { queue = 100 }, compress = false }
  local _ <close> = fixtures.closing(here, there)
  here:cork()
  here:send(("a"):rep(60))
  here:send(("b"):rep(60))
  lu.assertEquals(here:pending(), 66)
  lu.assertEquals(there:recv(LONG), ("a"):rep(60))
  lu.assertIsFalse(there:poll())
end

function TestCork:test_a_payload_over_the_queue_goes_out_behind_what_is_collected()
  local here, there = fixtures.channels { limits = { queue = 100 }, compress = false }
  local _ <close> = fixtures.closing(here, there)
  here:cork()
  here:send "small"
  here:send(("b"):rep(200))
  lu.assertEquals(here:pending(), 0)
  lu.assertEquals({ there:recv(LONG), there:recv(LONG) }, { "small", ("b"):rep(200) })
end

function TestCork:test_a_full_queue_is_back_pressure_and_loses_nothing()
  local here, there = fixtures.channels { limits = { queue = 400000 }, compress = false }
  local _ <close> = fixtures.closing(here, there)
  here:cork()
  local taken, result, message, code = 0, nil, nil, nil
  repeat
    result, message, code = here:send(BIG .. taken, 0)
    taken = taken + (code == "busy" and 0 or 1)
    lu.assertTrue(here:pending() <= 2 * 400000)
  until not result
  lu.assertTrue(code == "busy" or code == "timeout", message)
  for i = 0, taken - 1 do
    lu.assertTrue(fixtures.recv_while(there, here) == BIG .. i, i)
  end
  lu.assertEquals(here:pending(), 0)
end

function TestCork:test_uncork_that_runs_out_of_time_loses_nothing()
  local here, there = fixtures.channels { limits = { queue = 8 << 20 }, compress = false }
  local _ <close> = fixtures.closing(here, there)
  here:cork()
  for i = 1, 10 do
    here:send(BIG .. i)
  end
  assert_fails("timeout", here:uncork(0))
  lu.assertIsFalse(here:corked())
  lu.assertTrue(here:pending() > 0)
  for i = 1, 10 do
    lu.assertTrue(fixtures.recv_while(there, here) == BIG .. i, i)
  end
end

function TestCork:test_two_ends_with_full_queues_do_not_wait_for_each_other()
  local ends = { fixtures.channels { limits = { queue = 8 << 20 }, compress = false } }
  local _ <close> = fixtures.closing(table.unpack(ends))
  for _, channel in ipairs(ends) do
    channel:cork()
    for i = 1, 10 do
      channel:send(BIG .. i)
    end
  end
  local received = { 0, 0 }
  fixtures.wait_until(function()
    for i, channel in ipairs(ends) do
      local payload, message, code = channel:recv(0)
      received[i] = received[i] + (payload and 1 or 0)
      lu.assertTrue(payload == nil or payload == BIG .. received[i])
      lu.assertTrue(payload ~= nil or code == "timeout", message)
    end
    return received[1] == 10 and received[2] == 10
  end)
end

function TestCork:test_a_closed_channel_can_be_uncorked()
  self.here:cork()
  self.here:close()
  assert_fails("closed", self.here:send "x")
  assert_fails("closed", self.here:uncork())
  lu.assertIsFalse(self.here:corked())
end

function TestCork:test_a_collected_channel_sends_nothing()
  local here, there = fixtures.unix_pair()
  local _ <close> = fixtures.closing(here, there)
  local channel = firth.Channel(here)
  channel:cork()
  channel:send "never"
  channel = nil
  fixtures.collect()
  lu.assertIsFalse(there:poll())
  lu.assertIsFalse(here:closed())
end

function TestCork:test_arguments_are_checked()
  self.here:cork()
  assert_misuse("number expected, got string", self.here.uncork, self.here, "1")
  lu.assertIsTrue(self.here:corked())
  for _, name in ipairs { "cork", "uncork", "corked", "handshake", "encrypted" } do
    assert_misuse("firth.Channel expected", self.here[name], self.here:stream())
  end
end

function TestCork:test_an_object_of_lua_gets_one_write()
  local object = objects.memory()
  local channel = firth.Channel(object)
  channel:cork()
  channel:send "one"
  channel:send "two"
  lu.assertEquals(object.outgoing, {})
  lu.assertTrue(channel:uncork())
  lu.assertEquals(object.outgoing, { "\0\0\0\3\0one\n\0\0\0\3\0two\n" })
end

function TestCork:test_what_an_object_raises_comes_out_of_uncork_and_loses_nothing()
  local raised = {}
  local object = objects.memory("", { write = function() error(raised) end })
  local channel = firth.Channel(object)
  channel:cork()
  channel:send "one"
  local well, problem = pcall(channel.uncork, channel)
  lu.assertFalse(well)
  lu.assertTrue(rawequal(problem, raised))
  lu.assertEquals(channel:pending(), 9)
  lu.assertIsFalse(channel:corked())
  object.write = nil
  getmetatable(object).__index.write = nil
  lu.assertTrue(channel:flush())
  lu.assertEquals(object.outgoing, { "\0\0\0\3\0one\n" })
end

function TestCork:test_a_time_to_uncork_over_an_object_is_not_supported()
  local channel = firth.Channel(objects.memory())
  channel:cork()
  channel:send "one"
  assert_fails("not_supported", channel:uncork(1))
  lu.assertEquals(channel:pending(), 9)
  lu.assertTrue(channel:flush())
end

function TestCork:test_receiving_over_an_object_sends_what_is_collected_if_no_time_is_set()
  local object = objects.polling_over(self.here:stream())
  local channel = firth.Channel(object)
  channel:cork()
  channel:send "question"
  assert_fails("not_supported", channel:poll())
  assert_fails("not_supported", channel:recv(1))
  lu.assertEquals(channel:pending(), 14)
  self.there:send "answer"
  lu.assertEquals(channel:recv(), "answer")
  lu.assertEquals(self.there:recv(LONG), "question")
  lu.assertIsFalse(channel:poll())
end

function TestCork:test_any_coroutine_may_uncork()
  self.here:cork()
  self.here:send "x"
  coroutine.wrap(function() self.here:uncork() end)()
  lu.assertEquals(self.there:recv(LONG), "x")
end
