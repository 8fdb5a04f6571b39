local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"

local assert_fails = fixtures.assert_fails

TestFrameCodec = {}

function TestFrameCodec:setUp()
  self.codec = firth.FrameCodec()
end

function TestFrameCodec:test_a_frame_is_header_body_newline()
  lu.assertEquals(self.codec:encode "abc", "\0\0\0\3\0abc\n")
end

function TestFrameCodec:test_an_empty_payload_has_a_frame()
  lu.assertEquals(self.codec:encode "", "\0\0\0\0\0\n")
end

function TestFrameCodec:test_decode_wants_more_until_the_frame_is_whole()
  lu.assertTrue(self.codec:feed "\0\0\0\3\0ab")
  lu.assertEquals(table.pack(self.codec:decode()), { n = 1 })
  self.codec:feed "c\n"
  lu.assertEquals(self.codec:decode(), "abc")
end

function TestFrameCodec:test_payloads_come_in_order()
  self.codec:feed(self.codec:encode "" .. self.codec:encode "a\0b")
  lu.assertEquals(self.codec:decode(), "")
  lu.assertEquals(self.codec:decode(), "a\0b")
  lu.assertNil(self.codec:decode())
end

function TestFrameCodec:test_a_long_payload_is_compressed_and_comes_back()
  local payload = ("firth meets brine\n"):rep(100000)
  local frame = self.codec:encode(payload)
  lu.assertEquals(frame:byte(5), 1)
  lu.assertTrue(#frame < #payload // 10)
  self.codec:feed(frame)
  lu.assertTrue(self.codec:decode() == payload)
end

function TestFrameCodec:test_the_end_between_frames_is_eof()
  self.codec:feed(self.codec:encode "x")
  self.codec:decode()
  assert_fails("eof", self.codec:end_())
end

function TestFrameCodec:test_the_end_inside_a_frame_is_a_lost_connection()
  self.codec:feed "\0\0"
  self.codec:decode()
  assert_fails("connection_lost", self.codec:end_())
end

function TestFrameCodec:test_a_wrong_flag_is_final()
  self.codec:feed "\0\0\0\1\2a\n\0\0\0\1\0a\n"
  assert_fails("protocol", self.codec:decode())
  assert_fails("protocol", self.codec:decode())
end

function TestFrameCodec:test_limits_are_options()
  local codec = firth.FrameCodec { limits = { frame = 3 } }
  assert_fails("buffer_overflow", codec:encode "abcd")
  lu.assertEquals(#codec:encode "abc", 9)
end

function TestFrameCodec:test_compression_is_an_option()
  local codec = firth.FrameCodec { compress = false }
  lu.assertEquals(#codec:encode(("x"):rep(5000)), 5006)
end

function TestFrameCodec:test_level_0_sends_everything_uncompressed()
  local codec = firth.FrameCodec { compression_level = 0 }
  lu.assertEquals(codec:encode(("x"):rep(5000)):byte(5), 0)
end
