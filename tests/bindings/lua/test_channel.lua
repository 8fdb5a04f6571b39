local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"

local assert_fails = fixtures.assert_fails

TestChannel = {}

function TestChannel:setUp()
  self.here, self.there = fixtures.channels()
end

function TestChannel:tearDown()
  self.here:close()
  self.there:close()
end

-- Sends without blocking what may be larger than the socket's queue.
local function transfer(from, to, payload)
  fixtures.assert_done(from:send(payload, 0))
  return fixtures.recv_while(to, from)
end

function TestChannel:test_a_payload_goes_through()
  lu.assertIsTrue(self.here:send "hello")
  lu.assertEquals(self.there:recv(), "hello")
end

function TestChannel:test_an_empty_payload_is_a_payload()
  self.here:send ""
  lu.assertEquals(self.there:recv(), "")
end

function TestChannel:test_nuls_go_through()
  self.here:send "\0\0a\0"
  lu.assertEquals(self.there:recv(), "\0\0a\0")
end

function TestChannel:test_every_size_goes_through_in_both_kinds()
  for _, size in ipairs { 1, 2999, 3000, 3001, 16383, 16384, 16385, 64000, 1 << 20, 6 << 20 } do
    for _, payload in ipairs { ("x"):rep(size), fixtures.random_bytes(size) } do
      lu.assertTrue(transfer(self.here, self.there, payload) == payload, size)
    end
  end
end

function TestChannel:test_recv_that_times_out_inside_a_frame_goes_on()
  local channel, stream = fixtures.channel_and_stream()
  local _ <close> = fixtures.closing(channel, stream)
  local frame = firth.FrameCodec():encode(fixtures.random_bytes(20000))
  stream:write(frame:sub(1, 9000))
  assert_fails("timeout", channel:recv(0))
  stream:write(frame:sub(9001))
  lu.assertEquals(#channel:recv(fixtures.LONG), 20000)
end

function TestChannel:test_send_that_times_out_is_finished_by_flush()
  local payload = fixtures.random_bytes(8 << 20)
  assert_fails("timeout", self.here:send(payload, 0))
  lu.assertTrue(self.here:pending() > 0)
  lu.assertEquals(math.type(self.here:pending()), "integer")
  local received
  repeat
    self.here:flush(0)
    received = self.there:recv(0)
  until received
  lu.assertTrue(received == payload)
  lu.assertEquals(self.here:pending(), 0)
end

function TestChannel:test_send_behind_a_pending_payload_is_not_taken()
  self.here:send(fixtures.random_bytes(8 << 20), 0)
  local pending = self.here:pending()
  assert_fails("busy", self.here:send("second", 0))
  lu.assertEquals(self.here:pending(), pending)
end

function TestChannel:test_a_send_that_is_interrupted_tells_what_is_still_to_go()
  self.here:stream():wake()
  local left = assert_fails("interrupted", self.here:send(fixtures.random_bytes(8 << 20), fixtures.LONG))
  lu.assertTrue(left > 0)
  lu.assertEquals(left, self.here:pending())
end

function TestChannel:test_a_send_that_is_interrupted_before_its_turn_was_not_taken()
  self.here:send(fixtures.random_bytes(8 << 20), 0)
  local pending = self.here:pending()
  self.here:stream():wake()
  lu.assertEquals(assert_fails("interrupted", self.here:send("second", fixtures.LONG)), 0)
  lu.assertEquals(self.here:pending(), pending)
end

function TestChannel:test_flush_that_cannot_finish_times_out()
  self.here:send(fixtures.random_bytes(8 << 20), 0)
  assert_fails("timeout", self.here:flush(0))
end

function TestChannel:test_close_with_pending_bytes_tells_how_many_are_lost()
  self.here:send(fixtures.random_bytes(8 << 20), 0)
  local pending = self.here:pending()
  lu.assertEquals(assert_fails("unsent", self.here:close()), pending)
  lu.assertIsTrue(self.here:closed())
end

function TestChannel:test_poll_says_whether_something_is_there()
  lu.assertIsFalse(self.there:poll())
  self.here:send "x"
  lu.assertIsTrue(self.there:poll(fixtures.LONG))
end

function TestChannel:test_the_end_between_frames_is_eof()
  self.here:send "last"
  self.here:close()
  lu.assertEquals(self.there:recv(), "last")
  assert_fails("eof", self.there:recv())
  lu.assertIsTrue(self.there:closed())
end

function TestChannel:test_the_end_inside_a_frame_is_a_lost_connection()
  local channel <close>, stream = fixtures.channel_and_stream()
  stream:write "\0\0\0\5\0ab"
  stream:close()
  assert_fails("connection_lost", channel:recv())
end

function TestChannel:test_a_closed_channel_says_so()
  lu.assertIsTrue(self.here:close())
  lu.assertIsTrue(self.here:close())
  assert_fails("closed", self.here:send "x")
  assert_fails("closed", self.here:recv())
  assert_fails("closed", self.here:poll())
  assert_fails("closed", self.here:fileno())
end

function TestChannel:test_a_wrong_trailer_is_a_protocol_error_for_good()
  local channel, stream = fixtures.channel_and_stream()
  local _ <close> = fixtures.closing(channel, stream)
  stream:write "\0\0\0\1\0ax\0\0\0\1\0a\n"
  assert_fails("protocol", channel:recv())
  assert_fails("protocol", channel:recv())
end

function TestChannel:test_a_length_over_the_limit_is_an_overflow()
  local channel, stream = fixtures.channel_and_stream { limits = { frame = 10 } }
  local _ <close> = fixtures.closing(channel, stream)
  stream:write "\0\0\0\11\0"
  assert_fails("buffer_overflow", channel:recv())
end

function TestChannel:test_a_payload_over_the_limit_is_not_sent()
  local channel, stream = fixtures.channel_and_stream { limits = { frame = 10 } }
  local _ <close> = fixtures.closing(channel, stream)
  assert_fails("buffer_overflow", channel:send(("x"):rep(11)))
  lu.assertIsFalse(stream:poll())
end

function TestChannel:test_a_body_that_does_not_inflate_costs_its_frame_alone()
  local channel, stream = fixtures.channel_and_stream()
  local _ <close> = fixtures.closing(channel, stream)
  stream:write "\0\0\0\3\1abc\n\0\0\0\4\0next\n"
  assert_fails("compression", channel:recv())
  lu.assertEquals(channel:recv(), "next")
end

function TestChannel:test_a_payload_that_inflates_too_far_costs_its_frame_alone()
  local channel, stream = fixtures.channel_and_stream { limits = { inflated = 4000 } }
  local _ <close> = fixtures.closing(channel, stream)
  local codec = firth.FrameCodec()
  stream:write(codec:encode(("x"):rep(5000)) .. codec:encode "next")
  assert_fails("buffer_overflow", channel:recv())
  lu.assertEquals(channel:recv(), "next")
end

function TestChannel:test_compression_is_on_and_can_be_turned_off()
  local channel, stream = fixtures.channel_and_stream()
  local _ <close> = fixtures.closing(channel, stream)
  lu.assertIsTrue(channel:compress())
  lu.assertTrue(channel:set_compress(false))
  lu.assertIsFalse(channel:compress())
  channel:send(("x"):rep(4000))
  lu.assertEquals(stream:read(5), "\0\0\x0f\xa0\0")
end

function TestChannel:test_the_threshold_and_the_level_are_options()
  local options = { compression_threshold = 10, compression_level = 9 }
  local channel, stream = fixtures.channel_and_stream(options)
  local _ <close> = fixtures.closing(channel, stream)
  channel:send(("x"):rep(11))
  lu.assertEquals(stream:read(5):byte(5), 1)
end

function TestChannel:test_stream_gives_back_the_very_object()
  local stream = fixtures.unix_pair()
  local channel <close> = firth.Channel(stream)
  lu.assertTrue(rawequal(channel:stream(), stream))
end

function TestChannel:test_fileno_is_the_streams()
  lu.assertEquals(self.here:fileno(), self.here:stream():fileno())
end

function TestChannel:test_two_channels_may_use_one_stream_in_turn()
  local second = firth.Channel(self.here:stream())
  self.there:send "one"
  self.there:send "two"
  lu.assertEquals(self.here:recv(), "one")
  lu.assertEquals(second:recv(), "two")
end

function TestChannel:test_closing_one_channel_closes_the_stream_of_the_other()
  local second = firth.Channel(self.here:stream())
  second:close()
  lu.assertIsTrue(self.here:closed())
  assert_fails("closed", self.here:recv())
end

function TestChannel:test_finish_sends_what_is_pending_or_says_that_it_could_not()
  self.here:send(fixtures.random_bytes(8 << 20), 0)
  local result, message, code = self.here:finish(0)
  lu.assertNil(result)
  lu.assertIsString(message)
  lu.assertTrue(code == "timeout" or code == "unsent", code)
  lu.assertIsTrue(self.here:closed())
end

function TestChannel:test_a_small_frame_costs_one_call_out_and_two_in()
  self.here:send "warm"
  self.there:recv()
  local out = self.here:stream():counters().write_calls
  local back = self.there:stream():counters().read_calls
  self.here:send "x"
  self.there:recv()
  lu.assertEquals(self.here:stream():counters().write_calls - out, 1)
  lu.assertEquals(self.there:stream():counters().read_calls - back, 2)
end

function TestChannel:test_receiving_allocates_one_string_and_no_more()
  local before, after
  for _ = 1, 3 do
    self.here:send(("y"):rep(1000))
    collectgarbage "stop"
    before = collectgarbage "count"
    local payload = self.there:recv()
    after = collectgarbage "count"
    collectgarbage "restart"
    lu.assertEquals(#payload, 1000)
  end
  lu.assertTrue((after - before) * 1024 < 1100)
end
