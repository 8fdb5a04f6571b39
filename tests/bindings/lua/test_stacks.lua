-- Streams over streams, whose ends come in any order.

local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"
local objects = require "custom_objects"

TestStacks = {}

local channels = {
  firth.Channel,
  function(stream) return firth.BatchingChannel(stream, 3, 0) end,
  function(stream) return firth.EncryptedChannel(stream, ("k"):rep(32)) end,
}

-- Objects over each other, the lowest first, and the other end of the lowest.
local function build()
  local below, there = fixtures.unix_pair()
  local object = objects.monitored(below)
  local tunneled = firth.TunneledSocketStream(object, { tun = { close = function() end } })
  local buffered = firth.BufferedStream(tunneled)
  local tls = firth.TLSStream.client(buffered, { cert_reqs = "none" })
  local channel = channels[math.random(#channels)](tls)
  return { below, firth.Stream(object), tunneled, buffered, tls, channel }, there
end

local ends = {
  function(objects_, i) objects_[i]:close() end,
  function(objects_, i) objects_[i]:finish(0) end,
  function(objects_, i) objects_[i] = false end,
  function(objects_, i) objects_[i]:fileno() end,
  function(objects_, i) objects_[i]:flush(0) end,
  function(objects_, i) objects_[i]:closed() end,
  function(objects_) return objects_[6] and objects_[6]:cork() end,
  function(objects_) return objects_[6] and objects_[6]:send("x", 0) end,
}

function TestStacks:test_ends_come_in_any_order()
  fixtures.collect()
  local before = fixtures.descriptors()
  for _ = 1, 300 do
    local stack, there = build()
    for _ = 1, 12 do
      local i = math.random(#stack)
      if stack[i] then
        ends[math.random(#ends)](stack, i)
      end
      if math.random(8) == 1 then
        collectgarbage()
      end
    end
    if math.random(2) == 1 then
      there:close()
    end
  end
  fixtures.collect()
  lu.assertEquals(fixtures.descriptors(), before)
end

function TestStacks:test_what_is_handed_on_works_without_its_maker()
  local stream, there
  do
    local here
    here, there = fixtures.unix_pair()
    local channel = firth.Channel(firth.BufferedStream(here))
    channel:send "first"
    channel:flush()
    stream = channel:stream()
  end
  fixtures.collect()
  local channel, far = firth.Channel(stream), firth.Channel(there)
  channel:send "second"
  channel:finish()
  lu.assertEquals({ far:recv(), far:recv() }, { "first", "second" })
end

function TestStacks:test_the_innermost_close_ends_all_that_lies_over_it()
  local stack = build()
  stack[1]:close()
  local result, _, code = stack[#stack]:recv(0)
  lu.assertNil(result)
  lu.assertTrue(code == "closed" or code == "connection_lost", code)
end

function TestStacks:test_the_outermost_close_ends_all_below()
  local stack = build()
  stack[#stack]:close()
  lu.assertIsTrue(stack[1]:closed())
end
