-- Objects of Lua between firth's own streams and channels; their lives.

local firth = require "firth"
local fixtures = require "fixtures"
local objects = require "custom_objects"
local lu = require "luaunit"

local assert_fails = fixtures.assert_fails
local LONG = fixtures.LONG

TestCustomOver = {}

function TestCustomOver:setUp()
  self.below, self.there = fixtures.unix_pair()
end

function TestCustomOver:tearDown()
  self.below:close()
  self.there:close()
end

function TestCustomOver:test_a_buffered_stream_over_an_object_without_poll()
  local stream = firth.BufferedStream(objects.over(self.below))
  self.there:write "answer"
  stream:write "question"
  lu.assertEquals(stream:read(6), "answer")
  lu.assertEquals(self.there:read(8, LONG), "question")
end

function TestCustomOver:test_a_buffered_stream_over_an_object_with_poll_sends_before_it_waits()
  local stream = firth.BufferedStream(objects.polling_over(self.below))
  stream:write "question"
  self.below:set_timeout(LONG)
  assert_fails("not_supported", stream:read(1, 0.001))
  self.there:write "a"
  lu.assertEquals(stream:read(1), "a")
  lu.assertTrue(stream:flush())
  lu.assertEquals(self.there:read(8, LONG), "question")
end

function TestCustomOver:test_a_buffered_stream_over_an_object_keeps_a_time_to_read()
  local stream = firth.BufferedStream(objects.polling_over(self.below))
  assert_fails("timeout", stream:read(1, 0.001))
  lu.assertIsFalse(stream:poll())
  self.there:write "a"
  lu.assertIsTrue(stream:poll())
  lu.assertEquals(stream:read(1, LONG), "a")
end

function TestCustomOver:test_a_channel_over_a_buffered_stream_over_an_object()
  local channel = firth.Channel(firth.BufferedStream(objects.over(self.below)))
  local far = firth.Channel(self.there)
  channel:send "question"
  channel:send(("x"):rep(100000))
  lu.assertTrue(channel:flush())
  lu.assertEquals(far:recv(LONG), "question")
  lu.assertEquals(far:recv(LONG), ("x"):rep(100000))
  far:send "answer"
  lu.assertEquals(channel:recv(), "answer")
  lu.assertTrue(channel:finish())
  assert_fails("eof", far:recv(LONG))
end

function TestCustomOver:test_a_monitored_stream_counts_and_passes_everything_on()
  local monitored = objects.monitored(self.below)
  local channel, far = firth.Channel(monitored), firth.Channel(self.there)
  channel:send "question"
  far:send(far:recv(LONG):sub(1, 6))
  lu.assertEquals(channel:recv(LONG), "questi")
  lu.assertEquals({ monitored.sent, monitored.received }, { 14, 12 })
  lu.assertEquals(channel:fileno(), self.below:fileno())
  assert_fails("timeout", channel:recv(0))
  self.there:close()
  assert_fails("eof", channel:recv(LONG))
  lu.assertTrue(self.below:closed())
end

function TestCustomOver:test_a_monitored_stream_passes_a_time_out_and_a_part_on()
  local monitored = objects.monitored(self.below)
  local channel = firth.Channel(monitored, { compress = false })
  self.below:set_timeout(0)
  local payload = fixtures.random_bytes(8 << 20)
  assert_fails("timeout", channel:send(payload))
  lu.assertTrue(channel:pending() > 0)
  lu.assertEquals(monitored.sent + channel:pending(), #payload + 6)
  local far, received = firth.Channel(self.there), nil
  while not received do
    channel:flush()
    received = far:recv(0)
  end
  lu.assertTrue(received == payload)
end

function TestCustomOver:test_an_object_over_an_object()
  local inner = objects.monitored(self.below)
  local outer = objects.monitored(firth.Stream(inner))
  local channel = firth.Channel(outer)
  channel:send "abc"
  lu.assertEquals({ inner.sent, outer.sent }, { 9, 9 })
  channel:close()
  lu.assertTrue(self.below:closed())
end

TestCustomLives = {}

-- A table that is empty once its only value has been collected.
local function watch(value)
  return setmetatable({ value }, { __mode = "v" })
end

function TestCustomLives:test_the_stream_keeps_the_object()
  local channel = firth.Channel(objects.memory(assert(firth.FrameCodec():encode "kept")))
  fixtures.collect()
  lu.assertEquals(channel:recv(), "kept")
end

function TestCustomLives:test_a_collected_stream_does_not_close_the_object()
  local object = objects.memory()
  firth.Channel(firth.BufferedStream(object))
  fixtures.collect()
  lu.assertEquals(object.calls, {})
end

function TestCustomLives:test_a_cycle_is_collected()
  local object = objects.memory()
  object.channel = firth.Channel(firth.BufferedStream(firth.Stream(object)))
  local watched = watch(object)
  object = nil
  fixtures.collect()
  lu.assertNil(watched[1])
end

function TestCustomLives:test_a_cycle_through_a_raised_error_is_collected()
  local object = objects.memory("", { read = function(self) error(self) end })
  object.channel = firth.Channel(object)
  pcall(object.channel.recv, object.channel)
  local watched = watch(object)
  object = nil
  fixtures.collect()
  lu.assertNil(watched[1])
end

function TestCustomLives:test_a_raised_error_is_not_kept()
  local stream = firth.Stream(objects.memory("", { read = function() error {} end }))
  local watched = watch(select(2, pcall(stream.read, stream, 1)))
  fixtures.collect()
  lu.assertNil(watched[1])
end

function TestCustomLives:test_a_finaliser_of_the_object_may_close_the_channel()
  local outcomes = {}
  local object = setmetatable(objects.memory(), {
    __index = getmetatable(objects.memory()).__index,
    __gc = function(self) outcomes[#outcomes + 1] = { pcall(self.channel.close, self.channel) } end,
  })
  object.channel = firth.Channel(object)
  object = nil
  fixtures.collect()
  lu.assertEquals(#outcomes, 1)
end

function TestCustomLives:test_the_object_outlives_what_was_closed()
  local object = objects.memory()
  local stream = firth.Stream(object)
  local buffered = firth.BufferedStream(stream)
  local channel = firth.Channel(buffered)
  stream:close()
  stream = nil
  fixtures.collect()
  assert_fails("closed", channel:recv())
  channel = nil
  fixtures.collect()
  assert_fails("closed", buffered:read(1))
  lu.assertTrue(rawequal(buffered:lower():lower(), object))
end
