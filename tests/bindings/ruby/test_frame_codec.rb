# frozen_string_literal: true

require_relative "fixtures"

class TestFrameCodec < Minitest::Test
  include Fixtures

  def setup
    @codec = Firth::FrameCodec.new
  end

  def test_encode_makes_rpycs_frame
    assert_equal "\0\0\0\x05\0hello\n".b, @codec.encode("hello")
  end

  def test_encode_compresses_as_rpyc_does
    assert_equal frame(Zlib.deflate("x" * 3001, 1), flag: 1), @codec.encode("x" * 3001)
  end

  def test_decode_wants_more_until_the_frame_is_whole
    encoded = @codec.encode("hello")
    encoded.each_char do |byte|
      assert_nil @codec.decode
      @codec.feed(byte)
    end
    assert_equal "hello", @codec.decode
  end

  def test_decode_gives_one_payload_after_the_other
    @codec.feed(frame("one") + frame("") + frame("two"))
    assert_equal ["one", "", "two", nil], Array.new(4) { @codec.decode }
  end

  def test_large_payloads_pass
    @codec.feed(@codec.encode(big_payload))
    assert_equal big_payload, @codec.decode
  end

  def test_the_end_between_frames_is_clean
    assert assert_raises(Firth::ConnectionLostError) { @codec.end }.clean?
  end

  def test_the_end_inside_a_frame_is_not_clean
    @codec.feed("\0\0")
    assert_nil @codec.decode
    refute assert_raises(Firth::ConnectionLostError) { @codec.end }.clean?
  end

  def test_a_wrong_flag_is_final
    @codec.feed(frame("x", flag: 2) + frame("y"))
    2.times { assert_raises(Firth::ProtocolError) { @codec.decode } }
  end

  def test_a_wrong_trailer_is_final
    @codec.feed(frame("x", trailer: "!") + frame("y"))
    2.times { assert_raises(Firth::ProtocolError) { @codec.decode } }
  end

  def test_a_body_that_does_not_inflate_costs_its_own_frame_only
    @codec.feed(frame("rubbish", flag: 1) + frame("next"))
    assert_raises(Firth::CompressionError) { @codec.decode }
    assert_equal "next", @codec.decode
  end

  def test_a_length_over_the_limit_is_refused
    codec = Firth::FrameCodec.new(limits: Firth::Limits.new(frame: 3))
    codec.feed("\0\0\0\x04\0")
    assert_raises(Firth::BufferOverflowError) { codec.decode }
  end

  def test_options_are_those_of_a_channel
    codec = Firth::FrameCodec.new(compress: false, compression_level: 9, compression_threshold: 1,
                                  limits: Firth::Limits.new(frame: 5000, inflated: 10))
    assert_equal 4006, codec.encode("x" * 4000).bytesize
  end

  def test_an_option_out_of_range_is_an_argument_error
    assert_raises(ArgumentError) { Firth::FrameCodec.new(compression_level: 10) }
  end
end
