-- Codecs with a key: an encrypted channel's bytes without any stream.

local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"

local assert_fails, telling_none_of = fixtures.assert_fails, fixtures.telling_none_of
local KEY, OTHER_KEY = ("k"):rep(32), ("o"):rep(32)
local SECRET = "the plaintext that nobody may see"
local SECRETS = { SECRET, KEY, OTHER_KEY }
local HELLO_SIZE = 47

TestEncryptedCodec = {}

-- Two codecs that have exchanged their hellos.
local function codecs(options, key)
  local one = firth.FrameCodec { key = KEY, limits = options and options.limits }
  local two = firth.FrameCodec { key = key or KEY }
  one:feed(two:hello())
  two:feed(one:hello())
  lu.assertNil(one:decode())
  lu.assertNil(two:decode())
  return one, two
end

function TestEncryptedCodec:test_a_hello_is_given_once()
  local codec = firth.FrameCodec { key = KEY }
  local hello = codec:hello()
  lu.assertEquals(#hello, HELLO_SIZE)
  lu.assertEquals(hello:sub(1, 14), "\0\0\0\41\0firth\0ec\1")
  lu.assertEquals(codec:hello(), "")
end

function TestEncryptedCodec:test_without_a_key_there_is_no_hello_and_no_end()
  local codec = firth.FrameCodec()
  lu.assertEquals({ codec:hello(), codec:encode_end() }, { "", "" })
  lu.assertEquals(codec:encode "x", "\0\0\0\1\0x\n")
end

function TestEncryptedCodec:test_nothing_is_encoded_before_the_peers_hello()
  local codec = firth.FrameCodec { key = KEY }
  lu.assertEquals(table.pack(codec:encode "x"), { n = 1 })
  codec:hello()
  lu.assertEquals(table.pack(codec:encode "x"), { n = 1 })
  lu.assertEquals(table.pack(codec:encode_end()), { n = 1 })
end

function TestEncryptedCodec:test_payloads_go_through_in_order()
  local one, two = codecs()
  for i = 1, 100 do
    local frame = one:encode(SECRET .. i)
    lu.assertNotStrContains(frame, SECRET)
    two:feed(frame)
  end
  for i = 1, 100 do
    lu.assertEquals(two:decode(), SECRET .. i)
  end
  one:feed(two:encode "answer")
  lu.assertEquals(one:decode(), "answer")
end

function TestEncryptedCodec:test_the_end_is_clean_for_good()
  local one, two = codecs()
  two:feed(one:encode "last" .. one:encode_end() .. "whatever follows")
  lu.assertEquals(two:decode(), "last")
  assert_fails("eof", two:decode())
  assert_fails("eof", two:decode())
  assert_fails("eof", two:end_())
end

function TestEncryptedCodec:test_nothing_is_encoded_after_the_end()
  local one = codecs()
  lu.assertNotEquals(one:encode_end(), "")
  assert_fails("closed", one:encode "x")
end

function TestEncryptedCodec:test_bytes_that_end_without_the_peers_end_were_cut()
  local one, two = codecs()
  assert_fails("connection_lost", two:end_())
  two:feed(one:encode "x")
  lu.assertEquals(two:decode(), "x")
  lu.assertNil(two:decode())
  assert_fails("connection_lost", two:end_())
end

function TestEncryptedCodec:test_a_wrong_key_is_told_and_final()
  local one, two = codecs(nil, OTHER_KEY)
  two:feed(one:encode(SECRET))
  assert_fails("encryption", telling_none_of(SECRETS, two:decode()))
  assert_fails("encryption", telling_none_of(SECRETS, two:decode()))
end

function TestEncryptedCodec:test_the_limit_counts_what_sealing_adds()
  local one = codecs { limits = { frame = 27 } }
  assert_fails("buffer_overflow", one:encode(("x"):rep(11)))
  lu.assertIsString(one:encode(("x"):rep(10)))
end

function TestEncryptedCodec:test_two_sessions_with_one_key_have_nothing_in_common()
  local first, second = codecs(), codecs()
  local one, two = first:encode(SECRET), second:encode(SECRET)
  lu.assertEquals(#one, #two)
  lu.assertNotEquals(one, two)
end
