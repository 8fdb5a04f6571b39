-- Channels between two ends that share a key.

local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"

local assert_fails, LONG = fixtures.assert_fails, fixtures.LONG
local telling_none_of = fixtures.telling_none_of
local KEY, OTHER_KEY = ("k"):rep(32), ("o"):rep(32)
local SECRET = "the plaintext that nobody may see"
local SECRETS = { SECRET, KEY, OTHER_KEY }
local HELLO_SIZE = 47

-- Two ends, the second with `options` and a key of its own.
local function pair(options, key)
  local here, there = fixtures.unix_pair()
  return assert(firth.EncryptedChannel(here, KEY, options)),
    assert(firth.EncryptedChannel(there, key or KEY, options))
end

-- An end over a stream, and a codec that speaks for the other end, which has shaken hands.
local function channel_and_codec(options)
  local here, there = fixtures.unix_pair()
  local channel = assert(firth.EncryptedChannel(here, KEY, options))
  local codec = firth.FrameCodec { key = KEY }
  there:write(codec:hello())
  codec:feed(there:read(HELLO_SIZE, LONG))
  lu.assertNil(codec:decode())
  return channel, codec, there
end

TestEncrypted = {}

function TestEncrypted:test_two_ends_in_one_thread_exchange_payloads()
  local here, there = pair()
  local _ <close> = fixtures.closing(here, there)
  lu.assertIsTrue(here:send(SECRET))
  lu.assertEquals(there:recv(LONG), SECRET)
  lu.assertIsTrue(there:send "answer")
  lu.assertEquals(here:recv(LONG), "answer")
end

function TestEncrypted:test_either_end_may_begin_with_receiving()
  local here, there = pair()
  local _ <close> = fixtures.closing(here, there)
  assert_fails("timeout", here:recv(0))
  lu.assertIsFalse(there:poll(0))
  there:send "first"
  lu.assertEquals(here:recv(LONG), "first")
end

function TestEncrypted:test_every_size_goes_through_compressed_or_not()
  for _, compress in ipairs { true, false } do
    local here, there = pair { compress = compress }
    local _ <close> = fixtures.closing(here, there)
    for _, size in ipairs { 0, 1, 2999, 3001, 16383, 16384, 64000, 1 << 20, 6 << 20 } do
      local payload = fixtures.random_bytes(size // 2) .. ("x"):rep(size - size // 2)
      fixtures.assert_done(here:send(payload, 0))
      lu.assertTrue(fixtures.recv_while(there, here) == payload, size)
    end
  end
end

function TestEncrypted:test_nulls_go_through_and_keys_are_bytes()
  local here, there = fixtures.unix_pair()
  local key = ("\0"):rep(15) .. "\255"
  local channel, far = firth.EncryptedChannel(here, key), firth.EncryptedChannel(there, key)
  local _ <close> = fixtures.closing(channel, far)
  channel:send "\0a\0"
  lu.assertEquals(far:recv(LONG), "\0a\0")
end

function TestEncrypted:test_keys_of_16_and_of_64_bytes()
  for _, length in ipairs { 16, 17, 63, 64 } do
    local here, there = fixtures.unix_pair()
    local key = ("k"):rep(length)
    local channel, far = firth.EncryptedChannel(here, key), firth.EncryptedChannel(there, key)
    local _ <close> = fixtures.closing(channel, far)
    channel:send "x"
    lu.assertEquals(far:recv(LONG), "x")
  end
end

function TestEncrypted:test_a_hello_goes_out_at_once()
  local here, there = fixtures.unix_pair()
  local channel = firth.EncryptedChannel(here, KEY)
  local _ <close> = fixtures.closing(channel, there)
  local hello = there:read(HELLO_SIZE, 0)
  lu.assertEquals(hello:sub(1, 14), "\0\0\0\41\0firth\0ec\1")
  lu.assertEquals(hello:sub(-1), "\n")
  lu.assertIsFalse(there:poll())
end

function TestEncrypted:test_no_plaintext_is_on_the_wire()
  local channel, codec, there = channel_and_codec()
  local _ <close> = fixtures.closing(channel, there)
  channel:send(SECRET)
  local bytes = there:read_some(1 << 16, LONG)
  lu.assertNotStrContains(bytes, SECRET)
  codec:feed(bytes)
  lu.assertEquals(codec:decode(), SECRET)
end

function TestEncrypted:test_it_says_what_it_is()
  local here, there = pair()
  local _ <close> = fixtures.closing(here, there)
  lu.assertIsTrue(here:encrypted())
  lu.assertStrMatches(tostring(here), "firth%.Channel: 0x%x+")
  lu.assertIsFalse(here:corked())
end

function TestEncrypted:test_compression_is_off_unless_asked_for()
  local here, there = pair()
  local asking, far = pair { compress = true }
  local _ <close> = fixtures.closing(here, there, asking, far)
  lu.assertIsFalse(here:compress())
  lu.assertIsTrue(asking:compress())
  local plain = firth.Channel(here:stream(), { key = KEY })
  lu.assertIsFalse(plain:compress())
  asking:send(("x"):rep(100000))
  lu.assertTrue(asking:stream():counters().bytes_written < 1000)
  lu.assertEquals(#far:recv(LONG), 100000)
end

function TestEncrypted:test_a_channel_encrypts_by_its_options_too()
  local here, there = fixtures.unix_pair()
  local channel = firth.Channel(here, { key = KEY, compress = true })
  local far = firth.CompressedChannel(there, 9, { key = KEY })
  local _ <close> = fixtures.closing(channel, far)
  lu.assertIsTrue(channel:encrypted())
  far:send(("x"):rep(5000))
  lu.assertEquals(channel:recv(LONG), ("x"):rep(5000))
end

function TestEncrypted:test_handshake_waits_for_the_peers_hello()
  local here, there = fixtures.unix_pair()
  local channel = firth.EncryptedChannel(here, KEY)
  assert_fails("timeout", channel:handshake(0))
  assert_fails("timeout", channel:handshake(0.001))
  local far = firth.EncryptedChannel(there, KEY)
  local _ <close> = fixtures.closing(channel, far)
  lu.assertIsTrue(channel:handshake(LONG))
  lu.assertIsTrue(channel:handshake(0))
  lu.assertIsTrue(far:handshake(LONG))
end

function TestEncrypted:test_a_wake_interrupts_the_handshake_and_loses_nothing()
  local here, there = fixtures.unix_pair()
  local channel = firth.EncryptedChannel(here, KEY)
  here:wake()
  assert_fails("interrupted", channel:handshake(LONG))
  local far = firth.EncryptedChannel(there, KEY)
  local _ <close> = fixtures.closing(channel, far)
  lu.assertIsTrue(channel:handshake(LONG))
end

function TestEncrypted:test_a_send_before_the_peers_hello_runs_out_of_time()
  local here, there = fixtures.unix_pair()
  local channel = firth.EncryptedChannel(here, KEY)
  lu.assertNil((channel:send("early", 0)))
  local far = firth.EncryptedChannel(there, KEY)
  local _ <close> = fixtures.closing(channel, far)
  lu.assertTrue(channel:send "late")
  lu.assertEquals(far:recv(LONG), "late")
end

function TestEncrypted:test_a_wrong_key_is_told_and_final()
  local here, there = pair(nil, OTHER_KEY)
  local _ <close> = fixtures.closing(here, there)
  here:send(SECRET)
  assert_fails("encryption", telling_none_of(SECRETS, there:recv(LONG)))
  assert_fails("encryption", telling_none_of(SECRETS, there:recv(LONG)))
  assert_fails("encryption", telling_none_of(SECRETS, here:recv(LONG)))
end

function TestEncrypted:test_a_key_and_the_same_with_zeros_behind_it_differ()
  local here, there = pair(nil, KEY .. "\0")
  local _ <close> = fixtures.closing(here, there)
  here:send(SECRET)
  assert_fails("encryption", there:recv(LONG))
end

function TestEncrypted:test_finish_tells_who_only_sends_that_the_key_was_wrong()
  local here, there = pair(nil, OTHER_KEY)
  local _ <close> = fixtures.closing(here, there)
  here:send(SECRET)
  there:recv(0)
  assert_fails("encryption", telling_none_of(SECRETS, here:finish(LONG)))
  lu.assertIsTrue(here:closed())
end

function TestEncrypted:test_finish_tells_that_the_peer_has_not_shown_the_key()
  local here, there = pair()
  local _ <close> = fixtures.closing(here, there)
  here:send(SECRET)
  local result, message, code = here:finish(0.01)
  assert_fails("timeout", result, message, code)
  lu.assertStrContains(message, "key")
end

function TestEncrypted:test_finish_is_an_end_that_the_peer_can_trust()
  local here, there = pair()
  local _ <close> = fixtures.closing(here, there)
  here:send "last"
  lu.assertEquals(there:recv(LONG), "last")
  lu.assertIsTrue(here:finish(LONG))
  assert_fails("eof", there:recv(LONG))
  assert_fails("eof", there:recv(LONG))
  lu.assertIsTrue(there:finish(LONG))
end

function TestEncrypted:test_who_sent_nothing_does_not_wait_at_its_end()
  local here, there = pair()
  local _ <close> = fixtures.closing(here, there)
  lu.assertIsTrue(here:finish(LONG))
  assert_fails("eof", there:recv(LONG))
end

function TestEncrypted:test_a_stream_that_ends_without_the_peers_end_was_cut()
  local here, there = pair()
  local _ <close> = fixtures.closing(here, there)
  there:send "one"
  lu.assertEquals(here:recv(LONG), "one")
  there:close()
  assert_fails("connection_lost", here:recv(LONG))
end

function TestEncrypted:test_a_peer_without_encryption_is_told_and_not_quoted()
  local here, there = fixtures.unix_pair()
  local channel, plain = firth.EncryptedChannel(here, KEY), firth.Channel(there)
  local _ <close> = fixtures.closing(channel, plain)
  plain:send(SECRET)
  assert_fails("encryption", telling_none_of(SECRETS, channel:recv(LONG)))
  assert_fails("encryption", telling_none_of(SECRETS, channel:handshake(LONG)))
  assert_fails("encryption", telling_none_of(SECRETS, channel:send(SECRET)))
end

function TestEncrypted:test_a_peer_of_another_version_is_told_which()
  local here, there = fixtures.unix_pair()
  local channel = firth.EncryptedChannel(here, KEY)
  local _ <close> = fixtures.closing(channel, there)
  there:write("\0\0\0\41\0firth\0ec\2" .. fixtures.random_bytes(32) .. "\n")
  local result, message, code = channel:handshake(LONG)
  assert_fails("encryption", result, message, code)
  lu.assertStrContains(message, "2")
end

function TestEncrypted:test_a_hello_that_comes_back_is_refused()
  local here, there = fixtures.unix_pair()
  local channel = firth.EncryptedChannel(here, KEY)
  local _ <close> = fixtures.closing(channel, there)
  there:write(there:read(HELLO_SIZE, LONG))
  assert_fails("encryption", channel:handshake(LONG))
end

-- What the channel says of the codec's first payload after `change` has had its bytes.
local function recv_changed(change)
  local channel, codec, there = channel_and_codec { limits = { frame = 1 << 15 } }
  local _ <close> = fixtures.closing(channel, there)
  there:write(change(codec:encode(SECRET)))
  return telling_none_of(SECRETS, channel:recv(LONG))
end

function TestEncrypted:test_a_payload_of_which_any_byte_was_altered_is_not_delivered()
  local _, codec, there = channel_and_codec()
  there:close()
  for position = 1, #codec:encode(SECRET) do
    local result, _, code = recv_changed(function(bytes)
      local altered = string.char(bytes:byte(position) ~ 1)
      return bytes:sub(1, position - 1) .. altered .. bytes:sub(position + 1) .. ("\0"):rep(1000)
    end)
    lu.assertNil(result)
    lu.assertEquals(code, "encryption", position)
  end
end

function TestEncrypted:test_a_payload_that_comes_twice_is_delivered_once()
  local channel, codec, there = channel_and_codec()
  local _ <close> = fixtures.closing(channel, there)
  there:write(codec:encode "first")
  local second = codec:encode "second"
  there:write(second .. second)
  lu.assertEquals(channel:recv(LONG), "first")
  lu.assertEquals(channel:recv(LONG), "second")
  assert_fails("encryption", channel:recv(LONG))
end

function TestEncrypted:test_limits_hold_for_what_is_sealed()
  local channel, codec, there = channel_and_codec { limits = { frame = 100 } }
  local _ <close> = fixtures.closing(channel, there)
  assert_fails("buffer_overflow", channel:send(("x"):rep(84)))
  lu.assertTrue(channel:send(("x"):rep(83)))
  there:write(codec:encode(("y"):rep(84)))
  assert_fails("encryption", channel:recv(LONG))
end

function TestEncrypted:test_a_cork_and_a_batch_seal_in_order()
  local here, there = pair { batch_size = 3, batch_timeout = 0, compress = true }
  local _ <close> = fixtures.closing(here, there)
  lu.assertTrue(here:handshake(LONG) and here:flush(LONG))
  local before = here:stream():counters().write_calls
  for i = 1, 3 do
    here:send(("payload " .. i):rep(1000))
  end
  here:cork()
  for i = 4, 20 do
    here:send(("payload " .. i):rep(1000))
  end
  here:uncork()
  lu.assertEquals(here:stream():counters().write_calls - before, 2)
  for i = 1, 20 do
    lu.assertEquals(there:recv(LONG), ("payload " .. i):rep(1000))
  end
end

function TestEncrypted:test_a_batch_leaves_by_its_time()
  local here, there = pair { batch_size = 10, batch_timeout = 0.001 }
  local _ <close> = fixtures.closing(here, there)
  here:send "x"
  lu.assertEquals(there:recv(LONG), "x")
end

function TestEncrypted:test_a_scope_that_ends_well_seals_its_end()
  local here, there = pair()
  there:send "x"
  do
    local channel <close> = here
    lu.assertEquals(channel:recv(LONG), "x")
  end
  assert_fails("eof", there:recv(LONG))
  there:close()
end

function TestEncrypted:test_a_scope_that_ends_by_an_error_does_not()
  local here, there = pair()
  there:send "x"
  pcall(function()
    local channel <close> = here
    lu.assertEquals(channel:recv(LONG), "x")
    error "broken"
  end)
  assert_fails("connection_lost", there:recv(LONG))
  there:close()
end

function TestEncrypted:test_a_closed_channel_says_so()
  local here, there = pair()
  here:close()
  there:close()
  assert_fails("closed", here:handshake())
  assert_fails("closed", here:send "x")
  assert_fails("closed", here:recv())
end

function TestEncrypted:test_any_coroutine_may_use_it()
  local here, there = pair()
  local _ <close> = fixtures.closing(here, there)
  coroutine.wrap(function() here:send "x" end)()
  lu.assertEquals(coroutine.wrap(function() return there:recv(LONG) end)(), "x")
end
