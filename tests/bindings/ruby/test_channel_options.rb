# frozen_string_literal: true

require_relative "fixtures"

# The options of channels and codecs, and the presets of them.
class TestChannelOptions < Minitest::Test
  include Fixtures

  KEY = "0123456789abcdef"

  # What an option refuses with a TypeError, and with an ArgumentError.
  REFUSED = {
    compress: [[0, 1, "on", :on], []],
    compression_level: [[nil, "6", 6.0, :six], [-1, 10, 1 << 40]],
    compression_threshold: [[nil, "1", 1.5], [-1, 1 << 64]],
    key: [[1, :key, 1.5, [KEY]], ["", "k" * 15, "k" * 65, "k" * 1000]],
    limits: [[nil, 1, {}, "x"], []]
  }.freeze

  REFUSED_BY_CHANNELS = {
    batch_size: [[nil, "10", 10.0], [0, -1, 1 << 64]],
    batch_timeout: [["1", :soon, true, [], Complex(1, 1)], [Float::NAN]]
  }.freeze

  def self.makers
    { channel: ->(test, options) { Firth::Channel.new(test.stream_pair.first, **options) },
      codec: ->(_, options) { Firth::FrameCodec.new(**options) } }
  end

  makers.each do |kind, make|
    (kind == :channel ? REFUSED.merge(REFUSED_BY_CHANNELS) : REFUSED).each do |name, (types, values)|
      { TypeError => types, ArgumentError => values }.each do |error, refused|
        refused.each_with_index do |value, number|
          define_method("test_#{kind}_#{name}_refuses_with_#{error}_#{number}_#{value.inspect[0, 10]}") do
            raised = assert_raises(error) { make.call(self, name => value) }
            assert_match(/#{name}/, raised.message)
          end
        end
      end
    end

    define_method("test_a_#{kind}_has_no_other_options") do
      error = assert_raises(ArgumentError) { make.call(self, { compres: true }) }
      assert_match(/compres/, error.message)
    end

    define_method("test_a_#{kind}_with_a_wrong_key_says_how_long_keys_are_and_nothing_of_this_one") do
      error = assert_raises(ArgumentError) { make.call(self, { key: "secret" }) }
      assert_match(/6 bytes, expected 16 to 64/, error.message)
      refute_match(/secret/, error.message)
    end
  end

  def test_what_was_refused_leaves_the_stream_as_it_is
    near, far = stream_pair
    assert_raises(ArgumentError) { Firth::Channel.new(near, compression_level: 10) }
    Firth::Channel.new(near).send("x")
    assert_equal "x", Firth::Channel.new(far).recv
  end

  def test_each_level_gives_what_zlib_gives
    (1..9).each do |level|
      assert_equal frame(Zlib.deflate(TEXT, level), flag: 1),
                   Firth::FrameCodec.new(compression_level: level).encode(TEXT)
    end
  end

  TEXT = "firth meets brine, " * 1000

  def test_level_0_sends_everything_uncompressed
    assert_equal frame(TEXT), Firth::FrameCodec.new(compression_level: 0).encode(TEXT)
  end

  def test_compress_nil_is_on
    assert_equal [true, true, false],
                 [nil, true, false].map { |choice| channel_pair(compress: choice).first.compress? }
  end

  # ---- Presets

  def test_they_are_channels
    [Firth::CompressedChannel, Firth::BatchingChannel, Firth::EncryptedChannel].each do |preset|
      assert_equal Firth::Channel, preset.superclass
    end
  end

  def test_a_compressed_channel_has_level_6
    near, far = stream_and_socket
    Firth::CompressedChannel.new(near).send(TEXT)
    assert_equal frame(Zlib.deflate(TEXT, 6), flag: 1), far.readpartial(100_000)
  end

  def test_a_compressed_channel_has_the_level_and_the_other_options_that_it_is_given
    near, far = stream_and_socket
    Firth::CompressedChannel.new(near, 9, compression_threshold: 1).send("xx")
    assert_equal frame(Zlib.deflate("xx", 9), flag: 1), far.readpartial(100)
  end

  def test_a_compressed_channel_keeps_to_its_limits
    near, = stream_pair
    channel = Firth::CompressedChannel.new(near, limits: Firth::Limits.new(frame: 1))
    assert_raises(Firth::BufferOverflowError) { channel.send("xx") }
  end

  def test_the_level_of_a_compressed_channel_is_checked
    [-1, 10].each { |level| assert_raises(ArgumentError) { Firth::CompressedChannel.new(stream_pair.first, level) } }
    assert_raises(TypeError) { Firth::CompressedChannel.new(stream_pair.first, "6") }
  end

  def test_the_level_may_be_a_keyword
    near, far = stream_and_socket
    Firth::CompressedChannel.new(near, compression_level: 9).send(TEXT)
    assert_equal frame(Zlib.deflate(TEXT, 9), flag: 1), far.readpartial(100_000)
  end

  def test_a_compressed_channel_cannot_be_told_not_to_compress
    error = assert_raises(ArgumentError) { Firth::CompressedChannel.new(stream_pair.first, compress: false) }
    assert_match(/compress:/, error.message)
  end

  # Presets with all the arguments that they take, by name.
  PRESETS = { Firth::CompressedChannel => { compression_level: 6 },
              Firth::BatchingChannel => { batch_size: 10, batch_timeout: 0.1 },
              Firth::EncryptedChannel => { key: KEY } }.freeze

  PRESETS.each do |preset, own|
    short = preset.name[/\w+\z/]

    own.each do |name, value|
      define_method("test_#{short}_is_told_#{name}_once") do
        error = assert_raises(ArgumentError) { preset.new(stream_pair.first, *own.values, name => value) }
        assert_equal "#{name} is given twice", error.message
      end
    end

    define_method("test_#{short}_takes_no_more_arguments") do
      error = assert_raises(ArgumentError) { preset.new(stream_pair.first, *own.values, 1) }
      assert_match(/given #{own.size + 2}, expected 1\.\.#{own.size + 1}/, error.message)
    end

    define_method("test_#{short}_refuses_what_no_channel_has") do
      assert_raises(ArgumentError) { preset.new(stream_pair.first, *own.values, compres: true) }
    end

    define_method("test_#{short}_lies_over_streams_only") do
      assert_raises(TypeError) { preset.new("x", *own.values) }
    end
  end

  def test_an_encrypted_channel_cannot_do_without_a_key
    [[], [nil]].each do |key|
      error = assert_raises(ArgumentError) { Firth::EncryptedChannel.new(stream_pair.first, *key) }
      assert_match(/needs a key/, error.message)
    end
  end

  def test_open_gives_and_finishes_a_preset
    near, far = stream_pair
    channel = Firth::CompressedChannel.open(near, 9) do |opened|
      opened.send(TEXT)
      opened
    end
    assert_equal [Firth::CompressedChannel, true, TEXT],
                 [channel.class, channel.closed?, Firth::Channel.new(far).recv]
  end

  def test_inspect_names_the_preset
    assert_equal "#<Firth::CompressedChannel open>", Firth::CompressedChannel.new(stream_pair.first).inspect
  end

  # ---- Constants

  CONSTANTS = { DEFAULT_BUFFER_SIZE: 8192, MAX_BUFFER_SIZE: 1_048_576, DEFAULT_BATCH_SIZE: 10,
                DEFAULT_BATCH_TIMEOUT: 0.1, DEFAULT_COMPRESSION_LEVEL: 6, STREAM_CHUNK_SIZE: 64_000 }.freeze

  CONSTANTS.each do |name, value|
    define_method("test_#{name}_is_that_of_the_documents") { assert_equal value, Firth.const_get(name) }
  end
end
