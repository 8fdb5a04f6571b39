-- Streams by their address, and those that only Windows has.

local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"

local assert_fails, assert_misuse = fixtures.assert_fails, fixtures.assert_misuse
local LONG = fixtures.LONG

TestOpen = {}

function TestOpen:assert_connects(listener, uri)
  local stream <close> = assert(firth.open(uri, LONG))
  local there <close> = assert(listener:accept(LONG))
  stream:write "x"
  lu.assertEquals(there:read(1, LONG), "x")
end

function TestOpen:test_a_tcp_address()
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  self:assert_connects(listener, ("tcp://127.0.0.1:%d?nodelay=no"):format(listener:port()))
end

function TestOpen:test_the_path_of_a_unix_socket()
  local listener <close> = firth.Listener.unix_listen(fixtures.free_path())
  self:assert_connects(listener, "unix:" .. listener:path())
end

function TestOpen:test_descriptors()
  local script = [[
    local firth = require "firth"
    local stream = firth.open "fd:0,1"
    stream:write(stream:read(5):upper())]]
  local pipe <close> = io.popen(("printf hello | '%s' -e '%s'"):format(arg[-1], script))
  lu.assertEquals(pipe:read "a", "HELLO")
end

function TestOpen:test_it_fails_as_the_constructor_does()
  assert_fails("file_not_found", firth.open("unix:" .. fixtures.free_path()))
end

function TestOpen:test_a_bad_address_tells_where_it_is_bad()
  assert_misuse("byte 18", firth.open, "tcp://127.0.0.1:22x")
  assert_misuse("test_open.lua:", function() local _ = firth.open "nowhere" end)
  assert_misuse("string expected", firth.open, nil)
end

TestWindowsStreams = {}

local function assert_only_on_windows(result, message, code)
  lu.assertNil(result)
  lu.assertStrContains(message, "only on Windows")
  lu.assertEquals(code, "not_supported")
end

function TestWindowsStreams:test_win32_pipe_streams_are_refused_here()
  assert_only_on_windows(firth.Win32PipeStream(1, 2))
  assert_only_on_windows(firth.Win32PipeStream.from_std())
  assert_only_on_windows(firth.Win32PipeStream.create_pair())
end

function TestWindowsStreams:test_named_pipe_streams_are_refused_here()
  local stream <close> = fixtures.unix_pair()
  assert_only_on_windows(firth.NamedPipeStream(1, true))
  assert_only_on_windows(firth.NamedPipeStream.create_server "name")
  assert_only_on_windows(firth.NamedPipeStream.create_server("name", false, 5))
  assert_only_on_windows(firth.NamedPipeStream.create_client "name")
  assert_only_on_windows(firth.NamedPipeStream.connect_server(stream))
end

function TestWindowsStreams:test_they_have_the_methods_of_streams()
  lu.assertIsFunction(firth.Win32PipeStream.read)
  lu.assertIsFunction(firth.NamedPipeStream.write)
end
