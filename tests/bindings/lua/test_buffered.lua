-- BufferedStream: what it reads ahead, what it collects, and when that leaves.

local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"
local socket = require "socket"

local assert_fails, assert_misuse = fixtures.assert_fails, fixtures.assert_misuse
local LONG = fixtures.LONG

TestBuffered = {}

function TestBuffered:setUp()
  self.below, self.there = fixtures.unix_pair()
  self.here = firth.BufferedStream(self.below)
end

function TestBuffered:tearDown()
  self.here:close()
  self.there:close()
end

-- Six collected bytes, of which the peer takes none.
function TestBuffered:get_stuck()
  assert_fails("timeout", self.below:write(("x"):rep(16 << 20), 0))
  lu.assertTrue(self.here:write "unsent")
end

function TestBuffered:assert_held(to_read, to_write)
  lu.assertEquals({ self.here:held() }, { to_read, to_write })
end

function TestBuffered:test_one_read_brings_all_that_is_there()
  self.there:write "abcdef"
  lu.assertEquals(self.here:read(1, LONG), "a")
  self:assert_held(5, 0)
  lu.assertEquals(self.here:read(5, LONG), "bcdef")
  lu.assertEquals(self.here:counters().read_calls, 1)
end

function TestBuffered:test_it_reads_no_further_ahead_than_its_size()
  self.here = firth.BufferedStream(self.below, { buffer_size = 4 })
  self.there:write "abcdefgh"
  lu.assertEquals(self.here:read(1, LONG), "a")
  self:assert_held(4, 0)
end

function TestBuffered:test_what_is_held_are_integers()
  local to_read, to_write = self.here:held()
  lu.assertEquals({ math.type(to_read), math.type(to_write) }, { "integer", "integer" })
end

function TestBuffered:test_what_is_written_waits_for_flush()
  lu.assertTrue(self.here:write "abc")
  self:assert_held(0, 3)
  lu.assertIsFalse(self.there:poll())
  lu.assertTrue(self.here:flush(LONG))
  self:assert_held(0, 0)
  lu.assertEquals(self.there:read(3, LONG), "abc")
end

function TestBuffered:test_more_than_its_size_leaves_by_itself()
  self.here = firth.BufferedStream(self.below, { buffer_size = 4 })
  self.here:write "abc"
  self.here:write "defgh"
  lu.assertEquals(self.there:read(8, LONG), "abcdefgh")
end

function TestBuffered:test_a_read_that_must_wait_sends_first()
  self.here:write "abc"
  assert_fails("timeout", self.here:read(1, 0.001))
  lu.assertEquals(self.there:read(3, LONG), "abc")
end

function TestBuffered:test_a_poll_that_must_wait_sends_first()
  self.here:write "abc"
  lu.assertIsFalse(self.here:poll())
  lu.assertEquals(self.there:read(3, LONG), "abc")
end

function TestBuffered:test_poll_looks_at_what_was_read_ahead()
  self.there:write "ab"
  self.here:read(1, LONG)
  lu.assertIsTrue(self.here:poll())
end

function TestBuffered:test_a_time_out_loses_nothing()
  self.there:write "ab"
  assert_fails("timeout", self.here:read(4, 0))
  self.there:write "cd"
  lu.assertEquals(self.here:read(4, LONG), "abcd")
end

function TestBuffered:test_close_sends_what_can_leave_at_once()
  self.here:write "last words"
  lu.assertTrue(self.here:close())
  lu.assertEquals(self.there:read(10, LONG), "last words")
end

function TestBuffered:test_close_tells_what_was_unsent()
  self:get_stuck()
  lu.assertEquals(assert_fails("unsent", self.here:close()), 6)
  lu.assertEquals({ self.here:closed(), self.below:closed() }, { true, true })
end

function TestBuffered:test_finish_sends_what_is_collected()
  self.here:write "last words"
  lu.assertTrue(self.here:finish(LONG))
  lu.assertEquals(self.there:read(10, LONG), "last words")
  lu.assertIsTrue(self.below:closed())
end

function TestBuffered:test_finish_tells_that_it_could_not_send()
  self:get_stuck()
  assert_fails("timeout", self.here:finish(0))
  lu.assertIsTrue(self.here:closed())
end

function TestBuffered:test_flush_tells_that_the_peer_is_gone()
  self.here:write "abc"
  self.there:close()
  assert_fails("connection_lost", self.here:flush(LONG))
end

function TestBuffered:test_a_scope_that_ends_well_sends()
  do
    local stream <close> = self.here
    stream:write "abc"
  end
  lu.assertEquals(self.there:read(3, LONG), "abc")
end

function TestBuffered:test_a_scope_that_an_error_ends_does_not_wait()
  self:get_stuck()
  local well, problem = pcall(function()
    local _ <close> = self.here
    error "mine"
  end)
  lu.assertFalse(well)
  lu.assertStrContains(problem, "mine")
  lu.assertIsTrue(self.here:closed())
end

function TestBuffered:test_lower_is_the_very_stream_below()
  lu.assertTrue(rawequal(self.here:lower(), self.below))
  lu.assertNil(self.below:lower())
end

function TestBuffered:test_it_keeps_what_lies_below()
  self.below = nil
  fixtures.collect()
  self.here:write "abc"
  lu.assertTrue(self.here:flush(LONG))
  lu.assertEquals(self.there:read(3, LONG), "abc")
end

function TestBuffered:test_a_lost_one_sends_nothing()
  self.here:write "abc"
  self.here, self.below = nil, nil
  fixtures.collect()
  assert_fails("eof", self.there:read(1, LONG))
  self.here = self.there
end

function TestBuffered:test_it_may_lie_over_pipes_and_over_another()
  local pipe, other <close> = firth.PipeStream.create_pair()
  local stream = firth.BufferedStream(firth.BufferedStream(pipe), { buffer_size = 100 })
  stream:write "abc"
  lu.assertTrue(stream:flush(LONG))
  lu.assertEquals(other:read(3, LONG), "abc")
  other:write "def"
  lu.assertEquals(stream:read(3, LONG), "def")
  stream:close()
  lu.assertIsTrue(pipe:closed())
end

function TestBuffered:test_its_time_out_is_that_of_the_stream_below()
  self.below:set_timeout(7)
  lu.assertEquals(firth.BufferedStream(self.below):timeout(), 7)
end

TestBufferedChannel = {}

function TestBufferedChannel:setUp()
  local here, there = fixtures.unix_pair()
  self.stream = firth.BufferedStream(here)
  self.here, self.there = firth.Channel(self.stream), firth.Channel(there)
end

function TestBufferedChannel:tearDown()
  self.here:close()
  self.there:close()
end

function TestBufferedChannel:test_a_channel_has_it_as_its_stream()
  lu.assertTrue(rawequal(self.here:stream(), self.stream))
end

function TestBufferedChannel:test_payloads_that_are_there_are_read_at_once()
  self.there:send "one"
  self.there:send "two"
  lu.assertEquals({ self.here:recv(LONG), self.here:recv(LONG) }, { "one", "two" })
  lu.assertEquals(self.stream:counters().read_calls, 1)
end

function TestBufferedChannel:test_payloads_leave_with_flush()
  self.here:send "one"
  self.here:send "two"
  lu.assertIsFalse(self.there:poll())
  lu.assertTrue(self.here:flush(LONG))
  lu.assertEquals({ self.there:recv(LONG), self.there:recv(LONG) }, { "one", "two" })
  lu.assertEquals(self.stream:counters().write_calls, 1)
end

TestBufferedLuasocket = {}

function TestBufferedLuasocket:setUp()
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  self.socket = assert(socket.connect("127.0.0.1", listener:port()))
  self.there = listener:accept(LONG)
  self.here = firth.BufferedStream(firth.SocketStream(self.socket))
end

function TestBufferedLuasocket:tearDown()
  self.here:close()
  self.there:close()
end

function TestBufferedLuasocket:test_closing_closes_the_socket()
  self.here:close()
  lu.assertTrue(self.socket:getfd() < 0)
end

function TestBufferedLuasocket:test_finishing_closes_the_socket()
  self.here:finish()
  lu.assertTrue(self.socket:getfd() < 0)
end

function TestBufferedLuasocket:test_closing_a_channel_over_two_closes_the_socket()
  firth.Channel(firth.BufferedStream(self.here)):close()
  lu.assertTrue(self.socket:getfd() < 0)
end

function TestBufferedLuasocket:test_losing_it_closes_the_socket()
  self.here = nil
  fixtures.collect()
  lu.assertTrue(self.socket:getfd() < 0)
  self.here = self.there
end

TestBufferedMisuse = {}

function TestBufferedMisuse:setUp()
  self.here, self.there = fixtures.unix_pair()
end

function TestBufferedMisuse:tearDown()
  self.here:close()
  self.there:close()
end

function TestBufferedMisuse:test_the_sizes_are_those_of_the_documents()
  lu.assertEquals({ firth.DEFAULT_BUFFER_SIZE, firth.MAX_BUFFER_SIZE }, { 8192, 1048576 })
end

function TestBufferedMisuse:test_a_size_above_the_limit_overflows()
  for _, size in ipairs { 1048577, math.maxinteger } do
    assert_fails("buffer_overflow", firth.BufferedStream(self.here, { buffer_size = size }))
  end
end

function TestBufferedMisuse:test_a_size_up_to_the_limit_is_taken()
  for _, size in ipairs { 1, firth.MAX_BUFFER_SIZE } do
    lu.assertIsUserdata(firth.BufferedStream(self.here, { buffer_size = size }))
  end
end

function TestBufferedMisuse:test_what_is_no_size_is_refused()
  for _, size in ipairs { 0, -1, 1.5, "8192", true } do
    assert_misuse("bad option 'buffer_size'", firth.BufferedStream, self.here,
                  { buffer_size = size })
  end
  assert_misuse("table of options expected", firth.BufferedStream, self.here, 8192)
end

function TestBufferedMisuse:test_what_is_no_stream_is_refused()
  for _, value in ipairs { io.stdout, 5, "text", {}, firth.FrameCodec() } do
    assert_misuse("bad argument #1 to 'BufferedStream' (firth.Stream expected",
                  firth.BufferedStream, value)
  end
  assert_misuse("firth.Stream expected, got nil", firth.BufferedStream, nil)
end

function TestBufferedMisuse:test_a_closed_stream_is_none_to_build_upon()
  self.here:close()
  for _, build in ipairs { firth.Channel, firth.BufferedStream, firth.TunneledSocketStream } do
    assert_fails("closed", build(self.here))
  end
end

TestFactories = {}

function TestFactories:test_create_socket_stream_takes_the_options_of_connect()
  local listener <close> = assert(firth.Listener.listen("127.0.0.1", 0))
  local here <close> = assert(firth.create_socket_stream("127.0.0.1", listener:port(), {
    ipv6 = false, keepalive = true, timeout = LONG }))
  local there <close> = assert(listener:accept(LONG))
  here:write "abc"
  lu.assertEquals(there:read(3, LONG), "abc")
  assert_fails("host_not_found", firth.create_socket_stream("127.0.0.1", 1, { ipv6 = true }))
end

function TestFactories:test_create_unix_stream_reaches_a_listener()
  local path = fixtures.free_path()
  local listener <close> = assert(firth.Listener.unix_listen(path))
  local here <close> = assert(firth.create_unix_stream(path, LONG))
  lu.assertFalse(here:closed())
  assert_fails("file_not_found", firth.create_unix_stream(fixtures.free_path()))
end
