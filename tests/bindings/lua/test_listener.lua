local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"

local assert_fails = fixtures.assert_fails

TestListener = {}

function TestListener:test_port_0_becomes_a_real_port()
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  lu.assertEquals(math.type(listener:port()), "integer")
  lu.assertTrue(listener:port() > 0)
  lu.assertEquals(listener:path(), "")
end

function TestListener:test_no_host_means_every_address()
  local listener <close> = assert(firth.Listener.listen(nil, 0, { ipv6 = false, backlog = 1 }))
  local stream <close> = assert(firth.SocketStream.connect("127.0.0.1", listener:port()))
  lu.assertIsFalse(stream:closed())
end

function TestListener:test_a_unix_listener_knows_its_path_and_removes_it()
  local path = fixtures.free_path()
  local listener = firth.Listener.unix_listen(path, { backlog = 2 })
  lu.assertEquals(listener:path(), path)
  lu.assertEquals(listener:port(), 0)
  lu.assertIsTrue(listener:close())
  assert_fails("file_not_found", firth.SocketStream.unix_connect(path))
end

function TestListener:test_accept_times_out()
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  assert_fails("timeout", listener:accept(0))
end

function TestListener:test_its_descriptor_is_an_integer()
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  lu.assertEquals(math.type(listener:fileno()), "integer")
end

function TestListener:test_a_closed_listener_says_so()
  local listener = firth.Listener.listen("127.0.0.1", 0)
  lu.assertIsFalse(listener:closed())
  lu.assertIsTrue(listener:close())
  lu.assertIsTrue(listener:close())
  lu.assertIsTrue(listener:closed())
  assert_fails("closed", listener:accept())
  assert_fails("closed", listener:fileno())
end

function TestListener:test_wake_interrupts_the_next_accept()
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  lu.assertIsTrue(listener:wake())
  assert_fails("interrupted", listener:accept(fixtures.LONG))
end

function TestListener:test_a_port_in_use_is_the_systems_refusal()
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  local count, errno = assert_fails("system", firth.Listener.listen("127.0.0.1", listener:port()))
  lu.assertNil(count)
  lu.assertEquals(errno, 98)
end
