# frozen_string_literal: true

require_relative "fixtures"
require_relative "custom_objects"
require_relative "peers"
require "openssl"
require "pathname"

# TLS between two streams of firth's.
class TestTLS < Minitest::Test
  include Fixtures
  include Peers

  def setup
    @near, @far = stream_pair
  end

  def pair(of_client: {}, of_server: {})
    tls_over(@near, @far, of_client: of_client, of_server: of_server)
  end

  # The DER of the first certificate in a file.
  def der(name)
    OpenSSL::X509::Certificate.new(File.read(certificate(name))).to_der
  end

  def test_bytes_go_both_ways
    client, server = pair
    client.write("a\0b")
    server.write("back")
    assert_equal ["a\0b", "back"], [server.read(3), client.read(4)]
  end

  def test_nothing_is_sent_before_the_hand_shake
    client = Firth::TLSStream.client(@near, **client_options)
    before = @far.poll
    assert_raises(Firth::TimeoutError) { client.handshake(timeout: 0) }
    assert_equal [false, true], [before, @far.poll]
  end

  def test_the_newest_version_is_agreed_upon
    client, server = pair
    assert_equal %w[TLSv1.3 TLSv1.3], [client.tls_version, server.tls_version]
    assert_match(/\ATLS_/, client.cipher)
    assert_equal client.cipher, server.cipher
  end

  def test_version_and_ciphers_may_be_chosen
    client, = pair(of_client: { ssl_version: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" })
    assert_equal %w[TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256], [client.tls_version, client.cipher]
  end

  def test_what_was_agreed_upon_is_told_after_close
    client, = pair
    client.close
    assert_equal ["TLSv1.3", der("server.crt")], [client.tls_version, client.peer_certificate]
  end

  def test_before_the_hand_shake_it_is_misuse
    client = Firth::TLSStream.client(@near, **client_options)
    %i[tls_version cipher peer_certificate].each do |question|
      assert_raises(ArgumentError) { client.public_send(question) }
    end
  end

  def test_the_peers_certificate_can_be_asked_for
    client, server = pair
    assert_equal [der("server.crt"), nil], [client.peer_certificate, server.peer_certificate]
    assert_equal Encoding::BINARY, client.peer_certificate.encoding
  end

  ["optional", "required", Firth::CERT_OPTIONAL, Firth::CERT_REQUIRED].each do |cert_reqs|
    define_method("test_a_client_shows_a_certificate_when_it_is_#{cert_reqs}") do
      _, server = pair(of_client: { certfile: certificate("client.crt"), keyfile: Pathname(certificate("client.key")) },
                       of_server: { ca_certs: certificate("ca.crt"), cert_reqs: cert_reqs })
      assert_equal der("client.crt"), server.peer_certificate
    end
  end

  def test_an_encrypted_key_is_opened_by_its_password
    client, = pair(of_server: { keyfile: certificate("encrypted.key"), password: "sesame" })
    assert_equal "TLSv1.3", client.tls_version
  end

  def test_the_name_or_the_certificate_need_not_be_looked_at
    [{ server_name: "elsewhere.example", check_hostname: false },
     { cert_reqs: "none", ca_certs: certificate("other_ca.crt") },
     { cert_reqs: Firth::CERT_NONE, ca_certs: nil, server_name: nil }].each do |of_client|
      @near, @far = stream_pair
      client, server = pair(of_client: of_client)
      client.write("x")
      assert_equal "x", server.read(1)
    end
  end

  def test_the_first_read_or_write_shakes_hands
    client = Firth::TLSStream.client(@near, **client_options)
    server = Firth::TLSStream.server(@far, **server_options)
    reader = Thread.new { server.read(1) }
    client.write("x")
    assert_equal "x", reader.value
  end

  def test_a_cut_connection_is_no_clean_end
    client, = pair
    @far.close
    refute assert_raises(Firth::ConnectionLostError) { client.read(1) }.clean?
  end

  def test_a_payload_that_the_peer_does_not_take_is_pending
    client, server = pair
    channel = Firth::Channel.new(client, compress: false)
    assert_raises(Firth::TimeoutError) { channel.send(big_payload, timeout: 0) }
    receiver = Thread.new { Firth::Channel.new(server).recv }
    channel.flush
    assert_equal big_payload, receiver.value
  end

  def test_what_lies_below_is_the_very_object_and_closed_with_it
    client, = pair
    client.close
    assert_same @near, client.lower
    assert @near.closed?
  end

  def test_it_keeps_what_lies_below
    client, server = pair
    @near = @far = @kept = nil
    GC.start
    client.write("kept")
    assert_equal "kept", server.read(4)
  end

  def test_it_lies_over_buffered_streams_and_under_them
    client, server = tls_over(Firth::BufferedStream.new(@near), Firth::BufferedStream.new(@far))
    over = Firth::BufferedStream.new(client)
    over.write("x")
    over.flush
    assert_equal "x", server.read(1)
  end

  def test_it_lies_over_an_object_of_rubys_which_carries_what_it_raises
    object = Monitored.new(@near)
    client, server = tls_over(object, @far)
    client.write("x")
    server.read(1)
    object.define_singleton_method(:write) { |_| raise Interrupt, "mine" }
    assert_equal "mine", assert_raises(Interrupt) { client.write("y") }.message
    object.singleton_class.remove_method(:write)
    client.flush
    assert_equal [object, true], [client.lower, object.bytes_read > 100]
  end

  def test_a_finish_over_an_object_may_meet_the_end_of_the_connection
    near, far = socket_pair
    client, = tls_over(Monitored.new(Firth::SocketStream.new(near)), Firth::SocketStream.new(far))
    far.shutdown(:WR)
    assert_nil client.finish
    assert near.closed?
  end

  def test_a_hand_shake_over_an_object_that_meets_the_end_says_so_in_its_own_words
    client = Firth::TLSStream.client(Monitored.new(@near), **client_options)
    @far.close
    assert_raises(Firth::StreamError) { client.handshake }
    assert client.closed?
  end

  def test_an_object_that_is_collected_with_its_stream
    kind = Class.new(Monitored)
    20.times { Firth::Channel.new(Firth::TLSStream.client(kind.new(stream_pair.first), **client_options)) }
    4.times { GC.start }
    assert_operator ObjectSpace.each_object(kind).count, :<, 10
  end

  def test_a_block_finishes_it
    server = Thread.new do
      Firth::TLSStream.server(@far, **server_options) { |stream| stream.write("x") }
    end
    Firth::TLSStream.client(@near, **client_options) do |stream|
      assert_equal "x", stream.read(1)
      assert assert_raises(Firth::ConnectionLostError) { stream.read(1) }.clean?
    end
    server.join
    assert @far.closed?
  end

  def test_a_blocked_hand_shake_can_be_stopped_and_goes_on
    client = Firth::TLSStream.client(@near, **client_options)
    thread = blocked { client.handshake }
    thread.kill.join
    assert_raises(Firth::TimeoutError) { client.handshake(timeout: 0.001) }
    shake_hands(client, Firth::TLSStream.server(@far, **server_options))
    assert_equal "TLSv1.3", client.tls_version
  end

  def test_a_forked_child_refuses_and_leaves_it_alone
    client, server = pair
    status = in_child do
      client.write("x")
    rescue Firth::ForkedError
      client.close.nil?
    end
    client.write("y")
    assert_equal [0, "y"], [status, server.read(1)]
  end

  def test_other_streams_speak_no_tls
    %i[handshake tls_version cipher peer_certificate].each do |call|
      assert_raises(Firth::NotSupportedError) { @near.public_send(call) }
      assert_raises(TypeError) { Firth::TLSStream.allocate.public_send(call) }
    end
  end
end
