-- luasocket's sockets, files of io and bare descriptors as streams.

local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"
local socket = require "socket"

local assert_fails, assert_misuse = fixtures.assert_fails, fixtures.assert_misuse

TestLuasocket = {}

function TestLuasocket:setUp()
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  self.socket = assert(socket.connect("127.0.0.1", listener:port()))
  self.there = firth.Channel(listener:accept(fixtures.LONG))
end

function TestLuasocket:tearDown()
  self.there:close()
  self.socket:close()
end

local function is_closed(object)
  return object:getfd() < 0
end

function TestLuasocket:test_payloads_go_through_both_ways()
  local channel <close> = firth.Channel(firth.SocketStream(self.socket))
  channel:send "there"
  lu.assertEquals(self.there:recv(), "there")
  self.there:send "back"
  lu.assertEquals(channel:recv(), "back")
end

function TestLuasocket:test_a_batch_leaves_by_its_time()
  local channel <close> = firth.BatchingChannel(firth.SocketStream(self.socket), 10, 0.001)
  channel:send "there"
  lu.assertEquals(self.there:recv(fixtures.LONG), "there")
end

function TestLuasocket:test_a_batch_that_nobody_takes_closes_the_socket_once_it_is_told()
  local channel = firth.BatchingChannel(firth.SocketStream(self.socket), 10, 0.001)
  self.there:close()
  fixtures.wait_until(function()
    local sent, message, code = channel:send "x"
    lu.assertTrue(sent or code == "connection_lost", message)
    return not sent
  end)
  lu.assertTrue(is_closed(self.socket))
  lu.assertIsTrue(channel:closed())
end

function TestLuasocket:test_a_batch_is_dropped_when_all_of_it_is_collected()
  local client = socket.tcp()
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  local watched = setmetatable({ client }, { __mode = "v" })
  assert(client:connect("127.0.0.1", listener:port()))
  local there <close> = listener:accept(fixtures.LONG)
  firth.BatchingChannel(firth.SocketStream(client), 10, 60):send "never"
  client = nil
  fixtures.collect()
  lu.assertNil(watched[1])
  assert_fails("eof", there:read(1, fixtures.LONG))
end

function TestLuasocket:test_two_sockets_may_encrypt()
  local here <close> = firth.EncryptedChannel(firth.SocketStream(self.socket), ("k"):rep(16))
  local there <close> = firth.EncryptedChannel(self.there:stream(), ("k"):rep(16))
  here:send "there"
  lu.assertEquals(there:recv(fixtures.LONG), "there")
end

function TestLuasocket:test_a_unix_client_is_taken_too()
  local path = fixtures.free_path()
  local listener <close> = firth.Listener.unix_listen(path)
  local client = require "socket.unix".stream()
  assert(client:connect(path))
  local stream <close> = firth.SocketStream(client)
  stream:write "x"
  local there <close> = listener:accept(fixtures.LONG)
  lu.assertEquals(there:read(1), "x")
end

function TestLuasocket:test_what_it_has_read_ahead_comes_first()
  local codec = firth.FrameCodec()
  self.there:stream():write("a line\n" .. codec:encode "one" .. codec:encode(("x"):rep(2000)))
  lu.assertEquals(self.socket:receive "*l", "a line")
  lu.assertTrue(self.socket:dirty())
  self.there:send "three"
  local channel <close> = firth.Channel(firth.SocketStream(self.socket))
  lu.assertEquals(channel:recv(), "one")
  lu.assertEquals(#channel:recv(), 2000)
  lu.assertEquals(channel:recv(), "three")
end

function TestLuasocket:test_its_descriptor_is_used()
  local stream <close> = firth.SocketStream(self.socket)
  lu.assertEquals(stream:fileno(), self.socket:getfd())
end

function TestLuasocket:test_a_time_out_loses_nothing()
  local channel <close> = firth.Channel(firth.SocketStream(self.socket))
  assert_fails("timeout", channel:recv(0))
  self.there:send "x"
  lu.assertEquals(channel:recv(fixtures.LONG), "x")
end

function TestLuasocket:test_closing_the_stream_closes_it()
  firth.SocketStream(self.socket):close()
  lu.assertTrue(is_closed(self.socket))
  assert_fails("eof", self.there:recv())
end

function TestLuasocket:test_finishing_the_stream_closes_it()
  firth.SocketStream(self.socket):finish()
  lu.assertTrue(is_closed(self.socket))
end

function TestLuasocket:test_closing_a_channel_closes_it()
  local stream = firth.SocketStream(self.socket)
  local first, second = firth.Channel(stream), firth.Channel(stream)
  first:close()
  lu.assertTrue(is_closed(self.socket))
  assert_fails("closed", second:recv())
  lu.assertTrue(second:close())
end

function TestLuasocket:test_the_end_of_a_scope_closes_it()
  do
    local channel <close> = firth.Channel(firth.SocketStream(self.socket))
    channel:send "x"
  end
  lu.assertTrue(is_closed(self.socket))
  lu.assertEquals(self.there:recv(), "x")
end

function TestLuasocket:test_losing_the_peer_closes_it()
  local channel = firth.Channel(firth.SocketStream(self.socket))
  self.there:close()
  assert_fails("eof", channel:recv())
  lu.assertTrue(is_closed(self.socket))
end

function TestLuasocket:test_a_stream_that_is_lost_closes_it()
  firth.SocketStream(self.socket)
  fixtures.collect()
  lu.assertTrue(is_closed(self.socket))
end

function TestLuasocket:test_a_channel_that_is_lost_closes_it()
  firth.Channel(firth.SocketStream(self.socket))
  fixtures.collect()
  lu.assertTrue(is_closed(self.socket))
end

function TestLuasocket:test_a_channel_that_is_lost_leaves_the_stream_open()
  local stream = firth.SocketStream(self.socket)
  firth.Channel(stream)
  fixtures.collect()
  lu.assertFalse(is_closed(self.socket))
  stream:close()
end

function TestLuasocket:test_the_stream_keeps_it_alive()
  local stream <close> = firth.SocketStream(self.socket)
  local weak = setmetatable({ self.socket }, { __mode = "v" })
  local there = self.there
  self.socket = { close = function() end }
  fixtures.collect()
  lu.assertNotNil(weak[1])
  there:stream():write "x"
  lu.assertEquals(stream:read(1), "x")
end

function TestLuasocket:test_a_closed_socket_is_refused()
  self.socket:close()
  assert_misuse("a closed socket", firth.SocketStream, self.socket)
end

function TestLuasocket:test_what_is_no_connected_stream_socket_is_refused()
  local server, unconnected, udp = socket.bind("127.0.0.1", 0), socket.tcp(), socket.udp()
  local lookalike = { getfd = function() return 0 end, close = print, dirty = print }
  for _, value in ipairs { server, unconnected, udp, lookalike, io.stdout, "text", 1.5, true } do
    assert_misuse("connected socket expected", firth.SocketStream, value)
  end
  assert_misuse("connected socket expected, got nil", firth.SocketStream, nil)
  server:close()
  unconnected:close()
  udp:close()
end

function TestLuasocket:test_a_refused_socket_is_still_the_callers()
  local server = socket.bind("127.0.0.1", 0)
  pcall(firth.SocketStream, server)
  fixtures.collect()
  lu.assertFalse(is_closed(server))
  server:close()
end

TestDescriptors = {}

-- A connected descriptor that nothing owns, and the stream at its other end.
local function loose_descriptor()
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  local client = assert(socket.connect("127.0.0.1", listener:port()))
  local descriptor = math.tointeger(client:getfd())
  client:setfd(-1)
  return descriptor, listener:accept(fixtures.LONG)
end

function TestDescriptors:test_a_socket_may_be_given_by_its_number()
  local descriptor, there = loose_descriptor()
  local stream <close> = firth.SocketStream(descriptor)
  there:write "x"
  lu.assertEquals(stream:read(1), "x")
  stream:close()
  assert_fails("eof", there:read(1))
end

function TestDescriptors:test_a_number_that_is_not_open_is_refused()
  assert_misuse("", firth.SocketStream, 1 << 20)
  assert_misuse("", firth.SocketStream, -1)
  assert_misuse("", firth.PipeStream, 1 << 20, 1 << 20)
end

function TestDescriptors:test_a_pipe_stream_takes_one_number_twice()
  local descriptor, there = loose_descriptor()
  local stream = firth.PipeStream(descriptor, descriptor)
  stream:write "x"
  lu.assertEquals(there:read(1), "x")
  stream:close()
  assert_fails("eof", there:read(1))
end

function TestDescriptors:test_what_is_no_socket_is_refused_as_one()
  local pipe, other = firth.PipeStream.create_pair()
  local _ <close> = fixtures.closing(pipe, other)
  assert_misuse("", firth.SocketStream, pipe:fileno())
  other:write "x"
  lu.assertEquals(pipe:read(1), "x")
end

TestFiles = {}

-- A named pipe, opened in both directions, so that no opening waits.
function TestFiles:setUp()
  self.path = fixtures.free_path()
  assert(os.execute("mkfifo " .. self.path))
  self.file = assert(io.open(self.path, "r+"))
end

function TestFiles:tearDown()
  if io.type(self.file) == "file" then
    self.file:close()
  end
  os.remove(self.path)
end

function TestFiles:test_what_is_written_to_a_fifo_is_read_from_it()
  local stream <close> = firth.PipeStream(self.file, self.file)
  stream:write "loop"
  lu.assertEquals(stream:read(4), "loop")
end

function TestFiles:test_the_outgoing_file_is_flushed_first()
  local incoming = assert(io.open(self.path, "r"))
  self.file:setvbuf "full"
  self.file:write "before "
  local stream <close> = firth.PipeStream(incoming, self.file)
  stream:write "after"
  lu.assertEquals(stream:read(12), "before after")
end

function TestFiles:test_what_the_incoming_file_has_read_ahead_comes_first()
  local incoming = assert(io.open(self.path, "r"))
  self.file:write "a line\nheld, "
  self.file:flush()
  lu.assertEquals(incoming:read "l", "a line")
  local stream <close> = firth.PipeStream(incoming, self.file)
  stream:write "sent"
  lu.assertEquals(stream:read(10), "held, sent")
end

function TestFiles:test_closing_the_stream_closes_the_files()
  local incoming = assert(io.open(self.path, "r"))
  local stream = firth.PipeStream(incoming, self.file)
  stream:close()
  lu.assertEquals(io.type(incoming), "closed file")
  lu.assertEquals(io.type(self.file), "closed file")
end

function TestFiles:test_a_stream_that_is_lost_closes_the_files()
  firth.PipeStream(self.file, self.file)
  fixtures.collect()
  lu.assertEquals(io.type(self.file), "closed file")
end

function TestFiles:test_a_file_and_a_number_may_be_mixed()
  local descriptor, there = loose_descriptor()
  local stream = firth.PipeStream(self.file, descriptor)
  stream:write "x"
  lu.assertEquals(there:read(1), "x")
  stream:close()
  assert_fails("eof", there:read(1))
  lu.assertEquals(io.type(self.file), "closed file")
end

function TestFiles:test_a_mixed_stream_that_is_lost_closes_both()
  local descriptor, there = loose_descriptor()
  firth.PipeStream(self.file, descriptor)
  fixtures.collect()
  assert_fails("eof", there:read(1))
  lu.assertEquals(io.type(self.file), "closed file")
end

function TestFiles:test_a_closed_file_is_refused()
  self.file:close()
  assert_misuse("a closed file", firth.PipeStream, self.file, self.file)
end

function TestFiles:test_what_is_no_file_is_refused()
  for _, value in ipairs { "text", true, {}, 1.5, socket.tcp() } do
    assert_misuse("descriptor or file expected", firth.PipeStream, value, self.file)
    assert_misuse("descriptor or file expected", firth.PipeStream, self.file, value)
  end
  assert_misuse("descriptor or file expected", firth.PipeStream, self.file)
  lu.assertEquals(io.type(self.file), "file")
end

function TestFiles:test_a_program_s_output_is_read_to_its_end()
  local stream = firth.PipeStream(io.popen "printf 'from a program'", self.file)
  lu.assertEquals(stream:read(14), "from a program")
  assert_fails("eof", stream:read(1))
end
