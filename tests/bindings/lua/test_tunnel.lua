-- TunneledSocketStream over a tunnel of the caller's.

local firth = require "firth"
local fixtures = require "fixtures"
local objects = require "custom_objects"
local lu = require "luaunit"
local socket = require "socket"

local assert_fails, assert_misuse = fixtures.assert_fails, fixtures.assert_misuse
local LONG = fixtures.LONG

-- A tunnel that notes whether the stream was closed when it was.
local function new_tunnel(stream, close)
  return { closes = {}, close = function(self)
    self.closes[#self.closes + 1] = stream == nil or stream:closed()
    if close then
      return close()
    end
  end }
end

TestTunnel = {}

function TestTunnel:setUp()
  self.below, self.there = fixtures.unix_pair()
  self.tunnel = new_tunnel(self.below)
  self.here = firth.TunneledSocketStream(self.below, { tun = self.tunnel })
end

function TestTunnel:tearDown()
  self.below:close()
  self.there:close()
end

function TestTunnel:replace_tunnel(close)
  self.tunnel = new_tunnel(self.below, close)
  lu.assertTrue(self.here:set_tun(self.tunnel))
end

function TestTunnel:test_bytes_go_through()
  self.here:write "abc"
  lu.assertEquals(self.there:read(3, LONG), "abc")
  self.there:write "def"
  lu.assertEquals(self.here:read(3, LONG), "def")
end

function TestTunnel:test_closing_closes_the_tunnel_once_and_last()
  lu.assertTrue(self.here:close())
  lu.assertTrue(self.here:close())
  lu.assertTrue(self.here:finish())
  lu.assertEquals(self.tunnel.closes, { true })
end

function TestTunnel:test_finishing_closes_the_tunnel()
  lu.assertTrue(self.here:finish())
  lu.assertEquals(self.tunnel.closes, { true })
end

function TestTunnel:test_a_loss_closes_the_tunnel_whatever_that_says()
  self:replace_tunnel(function() error "dropped" end)
  self.there:close()
  assert_fails("eof", self.here:read(1, LONG))
  lu.assertEquals(self.tunnel.closes, { true })
  lu.assertTrue(self.here:close())
end

function TestTunnel:test_what_its_close_raises_reaches_who_closes()
  local value = {}
  self:replace_tunnel(function() error(value) end)
  local well, problem = pcall(self.here.close, self.here)
  lu.assertFalse(well)
  lu.assertTrue(rawequal(problem, value))
  lu.assertTrue(self.here:closed())
  lu.assertTrue(self.here:close())
end

function TestTunnel:test_a_failure_of_its_close_reaches_who_closes()
  self:replace_tunnel(function() return nil, "it does not close", "mine" end)
  local channel = firth.Channel(self.here)
  lu.assertEquals({ channel:finish() }, { nil, "it does not close", "mine" })
end

function TestTunnel:test_a_channel_over_it_closes_the_tunnel()
  local channel = firth.Channel(firth.BufferedStream(self.here))
  channel:send "x"
  lu.assertTrue(channel:finish())
  lu.assertEquals(firth.Channel(self.there):recv(LONG), "x")
  lu.assertEquals(self.tunnel.closes, { true })
end

function TestTunnel:test_the_inner_of_two_tunnels_closes_first()
  local order = {}
  self:replace_tunnel(function() order[#order + 1] = "inner" end)
  local outer = firth.TunneledSocketStream(self.here, { tun = { close = function()
    order[#order + 1] = "outer"
  end } })
  lu.assertTrue(outer:close())
  lu.assertEquals(order, { "inner", "outer" })
end

function TestTunnel:test_both_tunnels_close_and_the_first_error_is_raised()
  local first, closed = {}, false
  self:replace_tunnel(function() error(first) end)
  local outer = firth.TunneledSocketStream(self.here, { tun = { close = function()
    closed = true
    error "second"
  end } })
  local _, problem = pcall(outer.close, outer)
  lu.assertTrue(rawequal(problem, first))
  lu.assertTrue(closed)
end

function TestTunnel:test_the_tunnel_can_be_asked_for_and_replaced()
  lu.assertTrue(rawequal(self.here:tun(), self.tunnel))
  local first = self.tunnel
  self:replace_tunnel()
  self.here:close()
  lu.assertEquals({ first.closes, self.tunnel.closes }, { {}, { true } })
  lu.assertNil(self.here:tun())
  assert_fails("closed", self.here:set_tun(first))
end

function TestTunnel:test_it_may_have_no_tunnel()
  lu.assertTrue(self.here:set_tun(nil))
  lu.assertNil(self.here:tun())
  lu.assertTrue(self.here:close())
  lu.assertEquals(self.tunnel.closes, {})
end

function TestTunnel:test_other_streams_have_none()
  lu.assertNil(self.below:tun())
  assert_fails("not_supported", self.below:set_tun(self.tunnel))
end

function TestTunnel:test_what_cannot_be_closed_is_no_tunnel()
  assert_misuse("tunnel with a method 'close' expected", self.here.set_tun, self.here, {})
  assert_misuse("tunnel with a method 'close' expected", self.here.set_tun, self.here, 5)
  assert_misuse("bad option 'tun'", firth.TunneledSocketStream, self.below, { tun = 5 })
end

function TestTunnel:test_a_collected_stream_leaves_the_tunnel_open()
  local tunnel = new_tunnel()
  local stream, there = fixtures.unix_pair()
  firth.TunneledSocketStream(stream, { tun = tunnel })
  fixtures.collect()
  lu.assertEquals(tunnel.closes, {})
  there:close()
end

function TestTunnel:test_the_tunnel_lives_as_long_as_the_stream()
  local closed = false
  local stream, there = fixtures.unix_pair()
  local tunneled = firth.TunneledSocketStream(stream, { tun = { close = function()
    closed = true
  end } })
  fixtures.collect()
  tunneled:close()
  there:close()
  lu.assertTrue(closed)
end

function TestTunnel:test_a_cycle_through_the_tunnel_is_collected()
  local tunnel = new_tunnel()
  tunnel.stream = firth.TunneledSocketStream(self.below, { tun = tunnel })
  local watched = setmetatable({ tunnel }, { __mode = "v" })
  tunnel = nil
  fixtures.collect()
  lu.assertNil(watched[1])
end

function TestTunnel:test_it_takes_what_a_socket_stream_takes_and_objects()
  local near, far = socket.tcp4(), socket.tcp4()
  near:bind("127.0.0.1", 0)
  near:listen()
  far:connect(near:getsockname())
  local taken = firth.TunneledSocketStream(near:accept(), { tun = self.tunnel })
  far:send "abc"
  lu.assertEquals(taken:read(3, LONG), "abc")
  taken:close()
  lu.assertEquals(#self.tunnel.closes, 1)
  near:close()
  far:close()
  local object = objects.memory "def"
  local over = firth.TunneledSocketStream(object, { tun = { close = function()
    object.calls[#object.calls + 1] = "tunnel"
  end } })
  lu.assertEquals(over:read(3), "def")
  over:close()
  lu.assertEquals(object.calls, { "read", "close", "tunnel" })
end

function TestTunnel:test_what_is_no_stream_is_refused()
  assert_misuse("bad argument #1 to 'TunneledSocketStream' (firth.Stream expected, got nil)",
                firth.TunneledSocketStream)
  assert_misuse("test_tunnel.lua:", function()
    local _ = firth.TunneledSocketStream(1023)
  end)
end

function TestTunnel:test_it_connects_as_a_socket_stream_does()
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  local stream <close> = firth.TunneledSocketStream.connect("127.0.0.1", listener:port())
  lu.assertTrue(stream:set_tun(new_tunnel()))
  assert_fails("file_not_found",
               firth.TunneledSocketStream.unix_connect(fixtures.free_path()))
end
