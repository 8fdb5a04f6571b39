-- What the constructors of channels and codecs take, and refuse.

local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"

local assert_fails, assert_misuse = fixtures.assert_fails, fixtures.assert_misuse
local KEY = ("k"):rep(32)

local presets = {
  Channel = firth.Channel,
  CompressedChannel = firth.CompressedChannel,
  BatchingChannel = firth.BatchingChannel,
  EncryptedChannel = function(stream, options)
    return firth.EncryptedChannel(stream, KEY, options)
  end,
}

-- Calls `use` with each constructor that takes a stream and options, and a stream.
local function with_each(use)
  for name, construct in pairs(presets) do
    local stream <close> = fixtures.unix_pair()
    use(function(options) return construct(stream, options) end, name)
  end
end

TestChannelOptions = {}

function TestChannelOptions:test_every_option_has_its_type()
  local refused = {
    compression_level = "6", compression_threshold = 1.5, batch_size = "10", batch_timeout = "0.1",
    limits = 5,
  }
  with_each(function(construct)
    for name, value in pairs(refused) do
      assert_misuse("bad option '" .. name .. "'", construct, { [name] = value })
    end
  end)
end

function TestChannelOptions:test_every_option_has_its_range()
  local refused = {
    { "compression_level", 10, "0 to 9" }, { "compression_level", -1, "0 to 9" },
    { "compression_threshold", -1, "integer from 0" }, { "batch_size", 0, "at least 1" },
    { "batch_size", -1, "integer from 0" }, { "batch_timeout", 0 / 0, "seconds expected" },
  }
  with_each(function(construct)
    for _, case in ipairs(refused) do
      local name, value, expected = table.unpack(case)
      assert_misuse(name, construct, { [name] = value })
      assert_misuse(expected, construct, { [name] = value })
    end
  end)
end

function TestChannelOptions:test_options_may_come_from_the_index_of_the_table()
  local defaults = { key = KEY, batch_size = 7, batch_timeout = 0 }
  local channel <close> = firth.Channel(fixtures.unix_pair(), setmetatable({}, { __index = defaults }))
  lu.assertTrue(channel:encrypted())
  assert_misuse("bad option 'limits' (bad limit 'queue'", firth.FrameCodec, {
    limits = setmetatable({}, { __index = { queue = "much" } }),
  })
end

function TestChannelOptions:test_an_unknown_option_is_named_beside_the_known()
  with_each(function(construct)
    assert_misuse("unknown option 'batchsize', known are batch_size, batch_timeout", construct,
                  { batchsize = 5 })
    assert_misuse("unknown option 'frame_limit'", construct, { frame_limit = 10 })
  end)
end

function TestChannelOptions:test_a_preset_does_not_take_what_it_sets()
  local stream <close> = fixtures.unix_pair()
  assert_misuse("unknown option 'compress'", firth.CompressedChannel, stream, { compress = false })
  assert_misuse("unknown option 'key'", firth.EncryptedChannel, stream, KEY, { key = KEY })
end

function TestChannelOptions:test_limits_are_named_and_checked()
  with_each(function(construct)
    for _, name in ipairs { "frame", "inflated", "queue" } do
      assert_misuse("bad option 'limits' (bad limit '" .. name .. "'", construct,
                    { limits = { [name] = -1 } })
      assert_misuse("got 1.5", construct, { limits = { [name] = 1.5 } })
    end
    assert_misuse("unknown limit 'frames', known are frame, inflated, queue", construct,
                  { limits = { frames = 1 } })
    assert_misuse("limits.frame is 4294967296 bytes, expected at most 4294967295", construct,
                  { limits = { frame = 1 << 32 } })
  end)
end

function TestChannelOptions:test_a_limit_that_is_not_given_is_the_default()
  local options = { limits = { inflated = 10 } }
  local codec = firth.FrameCodec(options)
  lu.assertEquals(#codec:encode(fixtures.random_bytes(2000)), 2006)
  lu.assertEquals(options, { limits = { inflated = 10 } })
end

function TestChannelOptions:test_keys_have_16_to_64_bytes()
  local stream <close> = fixtures.unix_pair()
  for _, length in ipairs { 0, 1, 15, 65, 1000 } do
    local key = ("k"):rep(length)
    local complaint = ("the key has %d bytes, expected 16 to 64"):format(length)
    assert_misuse(complaint, firth.EncryptedChannel, stream, key)
    assert_misuse(complaint, firth.Channel, stream, { key = key })
    assert_misuse(complaint, firth.FrameCodec, { key = key })
  end
  lu.assertIsFalse(stream:closed())
end

function TestChannelOptions:test_keys_are_strings()
  local stream <close> = fixtures.unix_pair()
  for _, key in ipairs { 1234567890123456, {}, true, io.stdout } do
    assert_misuse("bad argument #2 to 'EncryptedChannel' (string expected", firth.EncryptedChannel,
                  stream, key)
    assert_misuse("bad option 'key' (string expected", firth.Channel, stream, { key = key })
  end
  assert_misuse("bad argument #2 to 'EncryptedChannel' (string expected, got nil)",
                firth.EncryptedChannel, stream)
end

function TestChannelOptions:test_a_key_in_the_wrong_place_is_not_quoted()
  local stream <close> = fixtures.unix_pair()
  local attempts = {
    { firth.CompressedChannel, stream, KEY }, { firth.BatchingChannel, stream, KEY },
    { firth.BatchingChannel, stream, 10, KEY }, { firth.EncryptedChannel, stream, nil, KEY },
    { firth.EncryptedChannel, KEY, stream }, { firth.Channel, stream, KEY },
    { firth.Channel, stream, { limits = KEY } },
    { firth.Channel, stream, { limits = { queue = KEY } } },
  }
  for _, name in ipairs { "compress", "compression_level", "compression_threshold", "batch_size",
                          "batch_timeout" } do
    attempts[#attempts + 1] = { firth.Channel, stream, { [name] = KEY } }
  end
  for _, attempt in ipairs(attempts) do
    local well, message = pcall(table.unpack(attempt, 1, 4))
    lu.assertFalse(well)
    lu.assertNotStrContains(message, KEY)
  end
end

function TestChannelOptions:test_arguments_by_position_are_checked()
  local stream <close> = fixtures.unix_pair()
  assert_misuse("bad argument #2 to 'CompressedChannel'", firth.CompressedChannel, stream, "6")
  assert_misuse("compression_level is 10, expected 0 to 9", firth.CompressedChannel, stream, 10)
  assert_misuse("bad argument #2 to 'BatchingChannel'", firth.BatchingChannel, stream, 1.5)
  assert_misuse("batch_size is 0, expected at least 1", firth.BatchingChannel, stream, 0)
  assert_misuse("bad argument #3 to 'BatchingChannel'", firth.BatchingChannel, stream, 10, "0.1")
  assert_misuse("table of options expected, got number", firth.CompressedChannel, stream, 6, 7)
  assert_misuse("table of options expected, got boolean", firth.BatchingChannel, stream, 6, 7, true)
  assert_misuse("table of options expected, got string", firth.EncryptedChannel, stream, KEY, "x")
end

function TestChannelOptions:test_an_option_is_given_once()
  local stream <close> = fixtures.unix_pair()
  assert_misuse("option 'compression_level' given twice", firth.CompressedChannel, stream, 6,
                { compression_level = 6 })
  assert_misuse("option 'batch_timeout' given twice", firth.BatchingChannel, stream, 6, nil,
                { batch_timeout = 0 })
end

function TestChannelOptions:test_what_is_raised_points_at_the_users_line()
  local stream <close> = fixtures.unix_pair()
  for _, arguments in ipairs { { "x" }, { 6, 7, 8 }, { 6, { batch = 1 } },
                               { 6, { batch_size = 0 } },
                               { 0, { limits = 1 } }, { 6, { compression_level = -1 } } } do
    assert_misuse("test_channel_options.lua:", function()
      local _ = firth.CompressedChannel(stream, table.unpack(arguments))
    end)
    assert_misuse("test_channel_options.lua:", function()
      local _ = firth.EncryptedChannel(stream, table.unpack(arguments))
    end)
  end
  for _, class in ipairs { "CompressedChannel", "BatchingChannel", "EncryptedChannel" } do
    assert_misuse("bad argument #1 to '" .. class .. "' (firth.Stream expected, got nil)",
                  firth[class], nil,
                  class == "EncryptedChannel" and KEY or nil)
  end
end

function TestChannelOptions:test_a_refused_constructor_leaves_the_stream_usable()
  local here, there = fixtures.unix_pair()
  local _ <close> = fixtures.closing(here, there)
  pcall(firth.BatchingChannel, here, 0)
  pcall(firth.EncryptedChannel, here, "short")
  firth.Channel(here):send "still there"
  lu.assertEquals(firth.Channel(there):recv(), "still there")
end

TestCompressedChannel = {}

local PAYLOAD = ("firth meets brine, and others too\n"):rep(5000)

-- The flag and the body's length of what the constructor's channel sends.
local function sent(construct)
  local here, there = fixtures.unix_pair()
  local _ <close> = fixtures.closing(here, there)
  construct(here):send(PAYLOAD, 0)
  local length, flag = (">I4B"):unpack(there:read(5))
  return length, flag
end

function TestCompressedChannel:test_a_level_compresses_as_that_level_does()
  for level = 1, 9 do
    local length, flag = sent(function(stream) return firth.CompressedChannel(stream, level) end)
    local codec = firth.FrameCodec { compression_level = level }
    lu.assertEquals({ length + 6, flag }, { #codec:encode(PAYLOAD), 1 })
  end
end

function TestCompressedChannel:test_the_level_is_6_unless_given()
  local default = sent(firth.CompressedChannel)
  local six = sent(function(stream) return firth.CompressedChannel(stream, 6) end)
  local one = sent(firth.Channel)
  local named = sent(function(stream)
    return firth.CompressedChannel(stream, { compression_level = 1 })
  end)
  lu.assertEquals({ default, named }, { six, one })
  lu.assertNotEquals(six, one)
  lu.assertEquals(sent(function(stream) return firth.CompressedChannel(stream, nil, nil) end), six)
end

function TestCompressedChannel:test_level_0_sends_everything_uncompressed()
  local length, flag = sent(function(stream) return firth.CompressedChannel(stream, 0) end)
  lu.assertEquals({ length, flag }, { #PAYLOAD, 0 })
end

function TestCompressedChannel:test_other_options_hold_too()
  local length, flag = sent(function(stream)
    return firth.CompressedChannel(stream, 9, { compression_threshold = #PAYLOAD })
  end)
  lu.assertEquals({ length, flag }, { #PAYLOAD, 0 })
end

function TestCompressedChannel:test_every_level_is_read_by_any_channel()
  for level = 0, 9 do
    local here, there = fixtures.unix_pair()
    local channel <close> = firth.CompressedChannel(here, level)
    local far <close> = firth.Channel(there)
    channel:send(PAYLOAD, 0)
    lu.assertTrue(fixtures.recv_while(far, channel) == PAYLOAD, level)
  end
end

function TestCompressedChannel:test_it_is_a_channel()
  local stream <close> = fixtures.unix_pair()
  local channel = firth.CompressedChannel(stream)
  lu.assertEquals(getmetatable(channel), "firth.Channel")
  lu.assertTrue(rawequal(channel:stream(), stream))
  lu.assertIsTrue(channel:compress())
  lu.assertIsFalse(channel:encrypted())
  lu.assertTrue(channel:handshake(0))
  lu.assertTrue(rawequal(firth.CompressedChannel.send, firth.Channel.send))
end

function TestCompressedChannel:test_it_lies_over_an_object_of_lua()
  local below, there = fixtures.unix_pair()
  local _ <close> = fixtures.closing(below, there)
  local object = require "custom_objects".monitored(below)
  local channel = firth.CompressedChannel(object, 9)
  channel:send(PAYLOAD)
  lu.assertTrue(rawequal(channel:stream(), object))
  lu.assertTrue(firth.Channel(there):recv(fixtures.LONG) == PAYLOAD)
end

function TestCompressedChannel:test_a_closed_stream_is_refused()
  local stream = fixtures.unix_pair()
  stream:close()
  assert_fails("closed", firth.CompressedChannel(stream))
  assert_fails("closed", firth.BatchingChannel(stream))
  assert_fails("closed", firth.EncryptedChannel(stream, KEY))
end

TestKeys = {}

function TestKeys:test_a_key_is_random_and_has_32_bytes()
  local one, two = firth.generate_key(), firth.generate_key()
  lu.assertEquals({ #one, #two }, { 32, 32 })
  lu.assertNotEquals(one, two)
end

-- hashlib.scrypt(b"correct horse", salt=b"sixteen bytes ok", n=65536, r=8, p=1, dklen=32)
function TestKeys:test_a_passphrase_gives_the_key_of_scrypt()
  local key = firth.key_from_passphrase("correct horse", "sixteen bytes ok")
  local hexadecimal = key:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)
  lu.assertEquals(hexadecimal, "85e68f2c84913fe78188b7342e8df82b8f10fa96a5cdad012cf3625701576093")
end

function TestKeys:test_passphrases_and_salts_are_bytes()
  local salt = ("\0"):rep(16)
  local key = firth.key_from_passphrase("a", salt)
  lu.assertNotEquals(firth.key_from_passphrase("a\0b", salt), key)
  lu.assertNotEquals(firth.key_from_passphrase("a", salt .. "\0"), key)
end

function TestKeys:test_what_is_too_short_is_refused()
  assert_misuse("the passphrase is empty", firth.key_from_passphrase, "", ("s"):rep(16))
  assert_misuse("the salt has 15 bytes, expected at least 16", firth.key_from_passphrase, "x",
                ("s"):rep(15))
  assert_misuse("the salt has 0 bytes", firth.key_from_passphrase, "x", "")
end

function TestKeys:test_passphrase_and_salt_are_strings()
  assert_misuse("bad argument #1 to 'key_from_passphrase' (string expected, got number)", function()
    return (firth.key_from_passphrase(5, ("s"):rep(16)))
  end)
  assert_misuse("bad argument #2 to 'key_from_passphrase' (string expected, got no", function()
    return (firth.key_from_passphrase "x")
  end)
end
