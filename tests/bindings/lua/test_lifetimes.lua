local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"

local assert_fails = fixtures.assert_fails

TestScopes = {}

function TestScopes:setUp()
  self.here, self.there = fixtures.channels()
end

function TestScopes:tearDown()
  self.here:close()
  self.there:close()
end

function TestScopes:test_a_scope_that_ends_well_finishes()
  do
    local channel <close> = self.here
    channel:send "last words"
  end
  lu.assertIsTrue(self.here:closed())
  lu.assertEquals(self.there:recv(), "last words")
  assert_fails("eof", self.there:recv())
end

-- A finish would wait for the peer to read; a close does not.
function TestScopes:test_a_scope_that_an_error_ends_closes()
  self.here:stream():set_timeout(nil)
  local reason = {}
  local well, problem = pcall(function()
    local channel <close> = self.here
    channel:send(fixtures.random_bytes(8 << 20), 0)
    error(reason)
  end)
  lu.assertFalse(well)
  lu.assertTrue(rawequal(problem, reason))
  lu.assertIsTrue(self.here:closed())
end

function TestScopes:test_a_scope_does_not_raise_for_what_could_not_be_sent()
  self.here:stream():set_timeout(0)
  do
    local channel <close> = self.here
    channel:send(fixtures.random_bytes(8 << 20), 0)
  end
  lu.assertIsTrue(self.here:closed())
end

function TestScopes:test_a_scope_closes_a_listener()
  local kept
  do
    local listener <close> = firth.Listener.listen("127.0.0.1", 0)
    kept = listener
  end
  lu.assertIsTrue(kept:closed())
end

function TestScopes:test_a_scope_may_hold_what_is_closed_already()
  do
    local channel <close> = self.here
    channel:close()
  end
  lu.assertIsTrue(self.here:closed())
end

TestLive = {}

function TestLive:test_what_there_is_is_counted()
  local objects, allocations = firth.live()
  local stream <close> = fixtures.unix_pair()
  local channel = firth.Channel(stream)
  local more_objects, more_allocations = firth.live()
  lu.assertTrue(more_objects >= objects + 2)
  lu.assertTrue(more_allocations > allocations)
  lu.assertEquals({ math.type(more_objects), math.type(more_allocations) },
                  { "integer", "integer" })
  lu.assertFalse(channel:closed())
end

TestCollecting = {}

function TestCollecting:setUp()
  fixtures.collect()
  self.before = fixtures.descriptors()
end

function TestCollecting:assert_no_descriptor_is_left()
  fixtures.collect()
  lu.assertEquals(fixtures.descriptors(), self.before)
end

local function open_and_forget()
  local here, there = fixtures.channels()
  here:send "x"
  there:recv()
  firth.PipeStream.create_pair()
  firth.Listener.listen("127.0.0.1", 0)
end

function TestCollecting:test_objects_that_are_lost_leave_no_descriptor()
  for _ = 1, 20 do
    open_and_forget()
  end
  self:assert_no_descriptor_is_left()
end

function TestCollecting:test_objects_that_are_closed_leave_no_descriptor()
  local kept = {}
  for i = 1, 20 do
    local here, there = fixtures.unix_pair()
    here:close()
    there:finish()
    kept[i] = here
  end
  lu.assertEquals(fixtures.descriptors(), self.before)
end

function TestCollecting:test_a_lost_peer_leaves_no_descriptor()
  local here, there = fixtures.channels()
  there:close()
  assert_fails("eof", here:recv())
  lu.assertEquals(fixtures.descriptors(), self.before)
end

function TestCollecting:test_failures_leave_no_descriptor()
  for _ = 1, 20 do
    firth.SocketStream.unix_connect(fixtures.free_path())
    firth.SocketStream.connect("127.0.0.1", 1)
    pcall(firth.SocketStream.connect, "127.0.0.1", 70000)
  end
  self:assert_no_descriptor_is_left()
end

function TestCollecting:test_a_channel_keeps_its_stream()
  local here, there = fixtures.unix_pair()
  local channel <close> = firth.Channel(here)
  here = nil
  fixtures.collect()
  there:write(firth.FrameCodec():encode "kept")
  lu.assertEquals(channel:recv(), "kept")
  there:close()
end

function TestCollecting:test_a_stream_outlives_its_channel()
  local here, there = fixtures.unix_pair()
  local _ <close> = fixtures.closing(here, there)
  firth.Channel(here)
  fixtures.collect()
  lu.assertIsFalse(here:closed())
  there:write "x"
  lu.assertEquals(here:read(1), "x")
end

function TestCollecting:test_a_channel_and_its_stream_are_collected_together()
  local gone = setmetatable({}, { __mode = "k" })
  do
    local here, there = fixtures.unix_pair()
    gone[here], gone[there], gone[firth.Channel(here)] = true, true, true
  end
  fixtures.collect()
  lu.assertNil(next(gone))
end

function TestCollecting:test_a_finaliser_may_meet_an_object_that_is_freed()
  local problem
  do
    local channel = fixtures.channels()
    -- Marked before the channel's own finaliser would be: runs after it.
    local holder = setmetatable({}, { __gc = function(self)
      problem = select(2, pcall(self.channel.recv, self.channel, 0))
    end })
    local late = fixtures.channels()
    holder.channel = late
    channel:close()
  end
  fixtures.collect()
  lu.assertStrContains(problem, "collected")
end

TestCoroutines = {}

-- One coroutine for each channel; each waits by trying and yielding.
local function receiver(channel, received)
  return coroutine.wrap(function()
    while true do
      local payload, _, code = channel:recv(0)
      if payload then
        received[#received + 1] = payload
      elseif code ~= "timeout" then
        return code
      end
      coroutine.yield()
    end
  end)
end

function TestCoroutines:test_many_receivers_wait_by_turns()
  local senders, steps, received = {}, {}, {}
  for i = 1, 10 do
    local here, there = fixtures.channels()
    senders[i], steps[i] = there, receiver(here, received)
  end
  for i = 10, 1, -1 do
    steps[i]()
    senders[i]:send(tostring(i))
    steps[i]()
  end
  lu.assertEquals(received, { "10", "9", "8", "7", "6", "5", "4", "3", "2", "1" })
  for i = 1, 10 do
    senders[i]:close()
    lu.assertEquals(steps[i](), "eof")
  end
end

function TestCoroutines:test_an_object_may_pass_from_one_coroutine_to_another()
  local here, there
  coroutine.wrap(function() here, there = fixtures.channels() end)()
  fixtures.collect()
  coroutine.wrap(function() there:send "x" end)()
  lu.assertEquals(coroutine.wrap(function() return here:recv() end)(), "x")
  here:close()
  there:close()
end

function TestCoroutines:test_closing_a_coroutine_ends_its_scopes()
  local here, there = fixtures.channels()
  local thread = coroutine.create(function()
    local channel <close> = here
    coroutine.yield()
  end)
  coroutine.resume(thread)
  lu.assertTrue(coroutine.close(thread))
  lu.assertIsTrue(here:closed())
  assert_fails("eof", there:recv())
end
