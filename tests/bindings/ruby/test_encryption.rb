# frozen_string_literal: true

require_relative "fixtures"
require_relative "sealed"

# What an attacker does between two ends, and what there is of codecs with a key.
class TestEncryption < Minitest::Test
  include Fixtures
  include Sealed

  # ---- Peers that are none

  def test_a_peer_without_encryption_is_told_apart_at_its_first_bytes
    [frame(SECRET), frame("x"), frame(""), SECRET, "GET / HTTP/1.1\r\n", "\xff" * 20].each do |bytes|
      channel, far = encrypted_and_socket
      far.write(bytes)
      error = assert_raises(Firth::EncryptionError) { channel.recv(timeout: LONG) }
      assert_match(/no encryption|encrypt/i, error.message)
      refute_match(/plaintext|GET/, error.message)
    end
  end

  def test_a_plain_channel_at_the_other_end_is_refused_by_send_too
    near, far = stream_pair
    Firth::Channel.new(far).send("hello")
    channel = Firth::EncryptedChannel.new(near, KEY)
    2.times { assert_raises(Firth::EncryptionError) { channel.send(SECRET) } }
  end

  def test_another_version_says_which
    hello = Firth::FrameCodec.new(key: KEY).hello
    hello.setbyte(BEGINNING.bytesize - 1, 9)
    channel, far = encrypted_and_socket
    far.write(hello)
    error = assert_raises(Firth::EncryptionError) { channel.handshake }
    assert_match(/9/, error.message)
    assert_match(/1/, error.message)
  end

  def test_its_own_hello_is_no_peers
    channel, far = encrypted_and_socket
    far.write(far.readpartial(1000))
    assert_raises(Firth::EncryptionError) { channel.handshake }
  end

  def test_a_public_key_of_zeros_is_refused
    channel, far = encrypted_and_socket
    far.write(BEGINNING + "\0" * 32 + "\n")
    assert_raises(Firth::EncryptionError) { channel.handshake }
  end

  # ---- Recorded sessions

  # What a sender sends, frame by frame: hello, payloads (the first with its ready), end.
  # Each comes with a receiver that has met nothing of it.
  def recorded(payloads)
    sender, receiver = Array.new(2) { Firth::FrameCodec.new(key: KEY) }
    hello = sender.hello
    sender.feed(receiver.hello)
    sender.decode
    [[hello, *payloads.map { |payload| sender.encode(payload) }, sender.encode_end], receiver]
  end

  # The payloads that come out of it, and the error that ends them, or nil.
  def opened(receiver, bytes)
    payloads = []
    receiver.feed(bytes)
    while (payload = receiver.decode)
      payloads << payload
    end
    receiver.end
  rescue Firth::StreamError => e
    [payloads, e]
  end

  def test_a_recorded_session_opens
    frames, receiver = recorded(%w[one two])
    payloads, error = opened(receiver, frames.join)
    assert_equal [%w[one two], true], [payloads, error.clean?]
  end

  def test_no_bit_of_it_can_be_turned
    frames, = recorded(%w[one two])
    (frames.join.bytesize * 8).times do |bit|
      frames, receiver = recorded(%w[one two])
      bytes = frames.join
      bytes.setbyte(bit / 8, bytes.getbyte(bit / 8) ^ 1 << bit % 8)
      assert_refused(receiver, bytes, %w[one two], bit)
    end
  end

  # Nothing but the beginning of what was sent comes out, and no clean end.
  def assert_refused(receiver, bytes, sent, what)
    payloads, error = opened(receiver, bytes)
    assert_equal sent.first(payloads.size), payloads, what
    assert_includes [Firth::EncryptionError, Firth::ConnectionLostError], error.class, what
    refute error.is_a?(Firth::ConnectionLostError) && error.clean?, what
    sent.each { |payload| refute_includes error.message, payload }
  end

  ALTERATIONS = {
    swapped: ->((hello, one, two, three, ending)) { [hello, one, three, two, ending] },
    dropped: ->((hello, one, _two, three, ending)) { [hello, one, three, ending] },
    repeated: ->((hello, one, two, three, ending)) { [hello, one, two, two, three, ending] },
    ended_early: ->((hello, one, _two, _three, ending)) { [hello, one, ending] },
    begun_again: ->((hello, one, two, _three, _ending)) { [hello, one, two, hello, one] },
    without_its_hello: ->((_hello, one, two, three, ending)) { [one, two, three, ending] },
    cut: ->((hello, one, two, *)) { [hello, one, two] },
    cut_behind_the_hello: ->((hello, *)) { [hello] },
    cut_inside_a_frame: ->((hello, one, two, *)) { [hello, one, two[0..-2]] },
    cut_inside_the_hello: ->((hello, *)) { [hello[0..20]] }
  }.freeze

  ALTERATIONS.each do |name, alter|
    define_method("test_a_session_that_was_#{name}_is_refused") do
      frames, receiver = recorded(%w[uno due tre])
      assert_refused(receiver, alter.call(frames).join, %w[uno due tre], name)
    end
  end

  def test_a_session_is_nothing_to_another_receiver
    frames, = recorded(%w[one])
    payloads, error = opened(Firth::FrameCodec.new(key: KEY), frames.join)
    assert_equal [[], Firth::EncryptionError], [payloads, error.class]
  end

  def test_what_comes_back_to_its_sender_is_refused
    a, b = sealing_codecs
    sealed = a.encode("x")
    b.feed(sealed)
    assert_equal "x", b.decode
    a.feed(sealed)
    assert_raises(Firth::EncryptionError) { a.decode }
  end

  # An encrypted channel, its far socket, and a codec that has met it.
  def channel_and_codec
    channel, far = encrypted_and_socket
    codec = Firth::FrameCodec.new(key: KEY)
    far.write(codec.hello)
    channel.handshake
    [channel, far, codec]
  end

  def test_no_plaintext_is_on_the_wire
    channel, far, codec = channel_and_codec
    channel.send(SECRET)
    bytes = far.readpartial(10_000)
    refute_includes bytes, SECRET
    codec.feed(bytes)
    assert_equal SECRET, codec.decode
  end

  def test_a_receiver_says_nothing_of_what_it_could_not_open
    channel, far, codec = channel_and_codec
    codec.feed(far.readpartial(10_000))
    codec.decode
    sealed = codec.encode(SECRET)
    sealed.setbyte(-2, sealed.getbyte(-2) ^ 1)
    far.write(sealed)
    error = assert_raises(Firth::EncryptionError) { channel.recv }
    refute_includes error.message, SECRET
    assert_equal [:encryption, true], [error.code, Firth::StreamError === error]
  end

  def test_a_body_that_opens_but_does_not_inflate_costs_its_own_frame
    a, b = sealing_codecs(compress: true, limits: Firth::Limits.new(inflated: 5000))
    b.feed(a.encode("x" * 5001) + a.encode("next"))
    assert_raises(Firth::BufferOverflowError) { b.decode }
    assert_equal "next", b.decode
  end

  # ---- Codecs

  def test_payloads_pass_between_codecs
    a, b = sealing_codecs
    b.feed(a.encode("one") + a.encode("") + a.encode(big_payload))
    assert_equal ["one", "", big_payload, nil], Array.new(4) { b.decode }
  end

  def test_a_codec_gives_its_hello_once
    codec = Firth::FrameCodec.new(key: KEY)
    assert_equal [HELLO, 0], [codec.hello.bytesize, codec.hello.bytesize]
  end

  def test_a_codec_without_a_key_has_neither_hello_nor_end
    codec = Firth::FrameCodec.new
    assert_equal ["", ""], [codec.hello, codec.encode_end]
    assert_equal frame("x"), codec.encode("x")
  end

  def test_nothing_is_encoded_before_the_peers_hello
    codec = Firth::FrameCodec.new(key: KEY)
    [-> { codec.encode("x") }, -> { codec.encode_end }].each do |call|
      error = assert_raises(Firth::StreamError) { call.call }
      assert_equal :want_read, error.code
    end
  end

  def test_the_end_is_clean_and_final
    a, b = sealing_codecs
    b.feed(a.encode_end + "whatever follows")
    2.times { assert assert_raises(Firth::ConnectionLostError) { b.decode }.clean? }
    assert_raises(Firth::ClosedError) { a.encode("x") }
  end

  def test_the_end_of_bytes_is_not_clean_before_the_end
    a, b = sealing_codecs
    b.feed(a.encode("x"))
    b.decode
    refute assert_raises(Firth::ConnectionLostError) { b.end }.clean?
  end

  # ---- Keys

  def test_a_generated_key_is_random_and_fits
    keys = Array.new(100) { Firth.generate_key }
    assert_equal [100, [Firth::KEY_SIZE], [Encoding::BINARY]],
                 [keys.uniq.size, keys.map(&:bytesize).uniq, keys.map(&:encoding).uniq]
    a, b = encrypted_pair(keys.first)
    a.send("x")
    assert_equal "x", b.recv
  end

  SALT = "salt, not secret"

  def test_a_passphrase_gives_the_key_of_scrypt
    program = "import hashlib, sys; sys.stdout.buffer.write(hashlib.scrypt(b'open sesame', " \
              "salt=b'#{SALT}', n=65536, r=8, p=1, maxmem=2**27, dklen=32))"
    expected = IO.popen([PYTHON, "-c", program], "rb", &:read)
    assert_equal expected, Firth.key_from_passphrase("open sesame", SALT)
  end

  def test_the_bytes_of_a_passphrase_count_whatever_their_encoding
    key = Firth.key_from_passphrase("grüße", SALT)
    assert_equal key, Firth.key_from_passphrase("grüße".b.freeze, Struct.new(:to_str).new(SALT))
    assert_equal [32, Encoding::BINARY], [key.bytesize, key.encoding]
  end

  def test_a_passphrase_or_salt_that_is_no_string_is_a_type_error
    [nil, 1, :x].each do |value|
      assert_match(/passphrase/, assert_raises(TypeError) { Firth.key_from_passphrase(value, SALT) }.message)
      assert_match(/salt/, assert_raises(TypeError) { Firth.key_from_passphrase("x", value) }.message)
    end
  end

  def test_a_passphrase_or_salt_that_is_too_short_is_an_argument_error
    assert_match(/passphrase is empty/, assert_raises(ArgumentError) { Firth.key_from_passphrase("", SALT) }.message)
    error = assert_raises(ArgumentError) { Firth.key_from_passphrase("x", SALT[0, 15]) }
    assert_match(/15 bytes, expected at least 16/, error.message)
  end

  def test_other_threads_run_while_a_key_is_made
    ran = 0
    counting = Thread.new { loop { ran += 1 } }
    before = ran
    Firth.key_from_passphrase("x", SALT)
    assert_operator ran, :>, before
  ensure
    counting.kill.join
  end

  def test_making_a_key_can_be_stopped
    thread = Thread.new do
      Firth.key_from_passphrase("x", SALT)
    rescue Interrupt => e
      e
    end
    Thread.pass until thread.stop?
    thread.raise(Interrupt)
    assert_instance_of Interrupt, thread.value
  end
end
