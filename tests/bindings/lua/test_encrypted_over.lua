-- Encrypted channels over other streams and over objects of Lua.

local firth = require "firth"
local fixtures = require "fixtures"
local objects = require "custom_objects"
local lu = require "luaunit"

local assert_fails, LONG = fixtures.assert_fails, fixtures.LONG
local KEY, HELLO_SIZE = ("k"):rep(32), 47

TestEncryptedOver = {}

function TestEncryptedOver:test_a_buffered_stream()
  local here, there = fixtures.unix_pair()
  local channel = assert(firth.EncryptedChannel(firth.BufferedStream(here), KEY))
  local far = firth.EncryptedChannel(there, KEY)
  local _ <close> = fixtures.closing(channel, far)
  far:send "question"
  lu.assertEquals(channel:recv(LONG), "question")
  channel:send "answer"
  lu.assertTrue(channel:flush())
  lu.assertEquals(far:recv(LONG), "answer")
end

function TestEncryptedOver:test_an_object_of_lua_sends_its_hello_with_the_first_call()
  local below, there = fixtures.unix_pair()
  local object = objects.monitored(below)
  local channel = assert(firth.EncryptedChannel(object, KEY))
  local far = firth.EncryptedChannel(there, KEY)
  local _ <close> = fixtures.closing(channel, far)
  lu.assertEquals(object.sent, 0)
  lu.assertTrue(channel:send "question")
  lu.assertTrue(object.sent > HELLO_SIZE)
  lu.assertEquals(far:recv(LONG), "question")
  far:send "answer"
  lu.assertEquals(channel:recv(LONG), "answer")
  lu.assertTrue(channel:finish())
  assert_fails("eof", far:recv(LONG))
end

function TestEncryptedOver:test_an_object_of_lua_that_cannot_poll()
  local below, there = fixtures.unix_pair()
  local channel = assert(firth.EncryptedChannel(objects.over(below), KEY))
  local far = firth.EncryptedChannel(there, KEY)
  local _ <close> = fixtures.closing(channel, far)
  lu.assertTrue(channel:handshake())
  channel:send "question"
  lu.assertEquals(far:recv(LONG), "question")
end

function TestEncryptedOver:test_a_time_for_the_handshake_over_an_object_is_not_supported()
  local below, there = fixtures.unix_pair()
  local channel = firth.EncryptedChannel(objects.monitored(below), KEY)
  local far = firth.EncryptedChannel(there, KEY)
  local _ <close> = fixtures.closing(channel, far)
  assert_fails("not_supported", channel:handshake(1))
  lu.assertTrue(channel:handshake())
end

function TestEncryptedOver:test_what_an_object_raises_comes_out_and_nothing_is_lost()
  local below, there = fixtures.unix_pair()
  local raised, broken = {}, true
  local object = objects.over(below, { write = function(self, data)
    if broken then
      error(raised)
    end
    self.stream:write(data)
  end })
  local channel = assert(firth.EncryptedChannel(object, KEY))
  local far = firth.EncryptedChannel(there, KEY)
  local _ <close> = fixtures.closing(channel, far)
  for _, call in ipairs { channel.handshake, channel.recv } do
    local well, problem = pcall(call, channel)
    lu.assertFalse(well)
    lu.assertTrue(rawequal(problem, raised))
  end
  broken = false
  lu.assertTrue(channel:send "x")
  lu.assertEquals(far:recv(LONG), "x")
end

function TestEncryptedOver:test_tcp()
  local here, there = fixtures.tcp_pair()
  local channel, far = firth.EncryptedChannel(here, KEY), firth.EncryptedChannel(there, KEY)
  local _ <close> = fixtures.closing(channel, far)
  channel:send "x"
  lu.assertEquals(far:recv(LONG), "x")
end
