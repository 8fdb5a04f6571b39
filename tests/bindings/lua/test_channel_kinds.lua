-- Every kind of channel over every kind of stream, by name.

local firth = require "firth"
local fixtures = require "fixtures"
local kinds = require "kinds"
local lu = require "luaunit"

local assert_fails = fixtures.assert_fails
local LONG = fixtures.LONG
local KEY = firth.generate_key()

local Channels = {}

function Channels:test_a_cork()
  local here, there = firth.Channel(self.here), firth.Channel(self.there)
  here:cork()
  for i = 1, 3 do
    here:send("payload " .. i)
  end
  lu.assertTrue(here:uncork() and here:flush())
  for i = 1, 3 do
    lu.assertEquals(there:recv(LONG), "payload " .. i)
  end
end

function Channels:test_compression()
  local payload = ("firth meets brine\n"):rep(10000)
  local here, there = firth.CompressedChannel(self.here, 9), firth.Channel(self.there)
  lu.assertTrue(here:send(payload) and here:flush())
  lu.assertTrue(there:recv(LONG) == payload)
end

function Channels:test_a_full_batch()
  local here, there = firth.BatchingChannel(self.here, 3, 0), firth.Channel(self.there)
  for i = 1, 3 do
    lu.assertTrue(here:send("payload " .. i))
  end
  lu.assertEquals(here:pending(), 0)
  for i = 1, 3 do
    lu.assertEquals(there:recv(LONG), "payload " .. i)
  end
end

function Channels:test_a_batch_that_leaves_by_its_time()
  local here, there = firth.BatchingChannel(self.here, 3, 0.001), firth.Channel(self.there)
  lu.assertTrue(here:send "x")
  lu.assertEquals(there:recv(LONG), "x")
end

function Channels:test_encryption_of_compressed_batches_and_its_end()
  local options = { compress = true, batch_size = 2, batch_timeout = 0 }
  local here = assert(firth.EncryptedChannel(self.here, KEY, options))
  local there = assert(firth.EncryptedChannel(self.there, KEY, options))
  for _, ends in ipairs { { here, there }, { there, here } } do
    local from, to = table.unpack(ends)
    for i = 1, 3 do
      lu.assertTrue(from:send(("payload " .. i):rep(1000)))
    end
    lu.assertTrue(from:flush())
    for i = 1, 3 do
      lu.assertEquals(to:recv(LONG), ("payload " .. i):rep(1000))
    end
  end
  lu.assertTrue(here:finish())
  assert_fails("eof", there:recv(LONG))
end

for kind, open in pairs(kinds) do
  local class = {}
  for name, test in pairs(Channels) do
    class[name] = test
  end
  if kind == "custom" then -- no time is kept for it: test_batching has this
    class.test_a_batch_that_leaves_by_its_time = nil
  end
  function class:setUp()
    self.here, self.there = open()
  end
  function class:tearDown()
    self.here:close()
    self.there:close()
  end
  _G["TestChannels_" .. kind] = class
end
