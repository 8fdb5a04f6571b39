local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"
local socket = require "socket"

local assert_fails = fixtures.assert_fails

TestStream = {}

function TestStream:setUp()
  self.here, self.there = fixtures.unix_pair()
end

function TestStream:tearDown()
  self.here:close()
  self.there:close()
end

function TestStream:test_read_gives_exactly_what_was_asked_for()
  lu.assertTrue(self.there:write "abcdef")
  lu.assertEquals(self.here:read(4), "abcd")
  lu.assertEquals(self.here:read(2), "ef")
end

function TestStream:test_read_of_nothing_is_an_empty_string()
  lu.assertEquals(self.here:read(0), "")
end

function TestStream:test_bytes_with_nuls_go_through()
  lu.assertTrue(self.there:write "\0a\0")
  lu.assertEquals(self.here:read(3), "\0a\0")
end

function TestStream:test_read_some_takes_what_is_there()
  self.there:write "abc"
  lu.assertEquals(self.here:read_some(100), "abc")
end

function TestStream:test_a_read_that_times_out_loses_nothing()
  self.there:write "ab"
  assert_fails("timeout", self.here:read(4, 0))
  self.there:write "cd"
  lu.assertEquals(self.here:read(4, fixtures.LONG), "abcd")
end

function TestStream:test_a_write_that_times_out_tells_how_much_it_took()
  local taken = assert_fails("timeout", self.here:write(("x"):rep(1 << 23), 0))
  lu.assertEquals(math.type(taken), "integer")
  lu.assertTrue(taken > 0 and taken < 1 << 23)
  lu.assertEquals(#self.there:read(taken), taken)
  lu.assertFalse(self.there:poll())
end

function TestStream:test_write_some_tells_how_much_it_took()
  local taken = self.here:write_some(("x"):rep(1 << 23), 0)
  lu.assertEquals(math.type(taken), "integer")
  lu.assertEquals(#self.there:read(taken), taken)
end

function TestStream:test_unread_bytes_come_first()
  self.there:write "cd"
  lu.assertTrue(self.here:unread "ab")
  lu.assertEquals(self.here:read(4), "abcd")
end

function TestStream:test_poll_without_a_time_does_not_wait()
  lu.assertIsFalse(self.here:poll())
  self.there:write "x"
  lu.assertIsTrue(self.here:poll(fixtures.LONG))
end

function TestStream:test_poll_is_true_at_the_end_of_the_stream()
  self.there:close()
  lu.assertIsTrue(self.here:poll(fixtures.LONG))
end

function TestStream:test_the_end_before_the_first_byte_is_eof()
  self.there:close()
  assert_fails("eof", self.here:read(1))
end

function TestStream:test_the_end_inside_a_read_is_a_lost_connection()
  self.there:write "ab"
  self.there:close()
  assert_fails("connection_lost", self.here:read(4))
end

function TestStream:test_a_lost_peer_closes_the_stream()
  self.there:close()
  lu.assertIsFalse(self.here:closed())
  self.here:read(1)
  lu.assertIsTrue(self.here:closed())
end

function TestStream:test_a_closed_stream_says_so_in_every_call()
  lu.assertTrue(self.here:close())
  lu.assertTrue(self.here:close())
  assert_fails("closed", self.here:read(1))
  assert_fails("closed", self.here:read_some(1))
  assert_fails("closed", self.here:poll())
  assert_fails("closed", self.here:fileno())
  assert_fails("closed", self.here:write_fileno())
  assert_fails("closed", self.here:flush())
  assert_fails("closed", self.here:wake())
end

function TestStream:test_a_write_on_a_closed_stream_took_nothing()
  self.here:close()
  lu.assertEquals(assert_fails("closed", self.here:write "x"), 0)
end

function TestStream:test_finish_closes_and_is_true()
  lu.assertIsTrue(self.here:finish())
  lu.assertIsTrue(self.here:closed())
  lu.assertIsTrue(self.here:finish(0))
end

function TestStream:test_flush_of_a_plain_stream_has_nothing_to_do()
  lu.assertIsTrue(self.here:flush(0))
end

function TestStream:test_descriptors_are_integers()
  lu.assertEquals(math.type(self.here:fileno()), "integer")
  lu.assertEquals(self.here:fileno(), self.here:write_fileno())
end

function TestStream:test_the_time_out_is_nil_at_first_and_can_be_set()
  lu.assertNil(self.here:timeout())
  lu.assertTrue(self.here:set_timeout(0))
  lu.assertEquals(self.here:timeout(), 0)
  assert_fails("timeout", self.here:read(1))
  self.here:set_timeout(nil)
  lu.assertNil(self.here:timeout())
end

function TestStream:test_infinity_and_negative_times_are_for_ever()
  self.here:set_timeout(math.huge)
  lu.assertNil(self.here:timeout())
  self.here:set_timeout(-5)
  lu.assertNil(self.here:timeout())
end

function TestStream:test_an_explicit_nil_overrides_the_streams_time_out()
  self.here:set_timeout(0)
  self.there:write "x"
  lu.assertEquals(self.here:read(1, nil), "x")
end

function TestStream:test_counters_are_integers()
  self.there:write "abc"
  self.here:read(3)
  local counters = self.here:counters()
  lu.assertEquals(counters.bytes_read, 3)
  lu.assertEquals(counters.bytes_written, 0)
  lu.assertEquals(math.type(counters.read_calls), "integer")
  lu.assertEquals(self.there:counters().bytes_written, 3)
  lu.assertEquals(self.there:counters().write_calls, 1)
end

function TestStream:test_wake_interrupts_the_next_call_that_would_block()
  lu.assertTrue(self.here:wake())
  assert_fails("interrupted", self.here:read(1, fixtures.LONG))
  self.there:write "x"
  lu.assertEquals(self.here:read(1, fixtures.LONG), "x")
end

function TestStream:test_a_length_without_memory_for_it_is_no_memory()
  assert_fails("no_memory", self.here:read(math.maxinteger))
end

function TestStream:test_several_mebibytes_arrive_whole()
  local data, received = fixtures.random_bytes(5 << 20), {}
  local sent = 0
  while sent < #data do
    sent = sent + (self.here:write_some(data:sub(sent + 1, sent + 65536), 0) or 0)
    while self.there:poll() do
      received[#received + 1] = assert(self.there:read_some(1 << 20))
    end
  end
  lu.assertTrue(table.concat(received) == data)
end

TestPipeStream = {}

function TestPipeStream:test_a_pair_is_connected_in_both_directions()
  local first, second = firth.PipeStream.create_pair()
  local _ <close> = fixtures.closing(first, second)
  first:write "there"
  lu.assertEquals(second:read(5), "there")
  second:write "back"
  lu.assertEquals(first:read(4), "back")
end

function TestPipeStream:test_its_two_descriptors_differ()
  local first, second = firth.PipeStream.create_pair()
  local _ <close> = fixtures.closing(first, second)
  lu.assertNotEquals(first:fileno(), first:write_fileno())
  second:close()
end

function TestPipeStream:test_standard_streams_are_safe_from_a_stray_print()
  local script = [[
    local firth = require "firth"
    local stream = firth.PipeStream.from_std()
    print "stray"
    io.stdout:flush()
    stream:write(stream:read(5):upper())
    stream:finish()]]
  local pipe <close> = io.popen(("printf hello | '%s' -e '%s'"):format(arg[-1], script))
  lu.assertEquals(pipe:read "a", "HELLO")
end

TestSocketStream = {}

function TestSocketStream:test_connects_over_tcp()
  local here, there = fixtures.tcp_pair()
  local _ <close> = fixtures.closing(here, there)
  here:write "x"
  lu.assertEquals(there:read(1), "x")
end

function TestSocketStream:test_takes_every_option()
  local listener <close> = firth.Listener.listen("localhost", 0, { ipv6 = false })
  for _, keepalive in ipairs { false, true, 0, 30, 30.0 } do
    local stream <close> = assert(firth.SocketStream.connect("localhost", listener:port(), {
      timeout = 5, ipv6 = false, family = 0, socktype = 1, proto = 6, nodelay = false,
      keepalive = keepalive,
    }))
    lu.assertIsFalse(stream:closed())
  end
end

function TestSocketStream:test_the_time_of_a_unix_connect_may_be_given()
  local path = fixtures.free_path()
  local listener <close> = firth.Listener.unix_listen(path)
  local stream <close> = assert(firth.SocketStream.unix_connect(path, 5))
  local other <close> = assert(firth.SocketStream.unix_connect(path, nil))
  lu.assertIsFalse(stream:closed() or other:closed())
end

function TestSocketStream:test_a_port_that_refuses()
  local bound, port = fixtures.refusing_port()
  local _, errno = assert_fails("refused", firth.SocketStream.connect("127.0.0.1", port))
  lu.assertEquals(errno, 111)
  bound:close()
end

function TestSocketStream:test_a_name_that_does_not_resolve()
  assert_fails("host_not_found", firth.SocketStream.connect("no such host", 1))
end

function TestSocketStream:test_a_path_where_nothing_is()
  assert_fails("file_not_found", firth.SocketStream.unix_connect(fixtures.free_path()))
end
