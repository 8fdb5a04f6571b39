# frozen_string_literal: true

require_relative "fixtures"
require_relative "peers"
require "openssl"

# What TLS refuses, and whether it says why.
class TestTLSRefusals < Minitest::Test
  include Fixtures
  include Peers

  LONG = Peers::LONG

  def setup
    @near, @far = stream_pair
  end

  # What ends the hand-shake of the client and of the server.
  def refusals(of_client, of_server)
    sides = [Firth::TLSStream.client(@near, **of_client), Firth::TLSStream.server(@far, **of_server)]
    sides.map do |side|
      Thread.new do
        side.handshake(timeout: LONG)
        side.read(1, timeout: LONG)
      rescue Firth::StreamError => e
        side.close
        e
      end
    end.map(&:value)
  end

  { "stranger" => /issuer/, "self_signed" => /self/, "expired" => /expired/,
    "not_yet_valid" => /not yet valid/, "elsewhere" => /localhost/ }.each do |name, reason|
    define_method("test_a_client_refuses_a_certificate_that_is_#{name}") do
      error, at_server = refusals(client_options, server_options(certfile: certificate("#{name}.crt"),
                                                                 keyfile: certificate("#{name}.key")))
      assert_instance_of Firth::CertificateError, error
      assert_match reason, error.message
      assert_kind_of Firth::TLSError, at_server
    end
  end

  def test_the_systems_store_does_not_know_the_authority
    error, = refusals(client_options(ca_certs: nil), server_options)
    assert_instance_of Firth::CertificateError, error
  end

  def test_a_server_refuses_a_client_without_a_certificate_who_hears_the_alert
    at_client, error = refusals(client_options, server_options(ca_certs: certificate("ca.crt")))
    assert_instance_of Firth::CertificateError, error
    assert_instance_of Firth::TLSError, at_client
    assert_match(/certificate_required/, at_client.message)
  end

  def test_a_server_refuses_a_client_of_another_authority
    at_client, error = refusals(client_options(certfile: certificate("other_client.crt"),
                                               keyfile: certificate("other_client.key")),
                                server_options(ca_certs: certificate("ca.crt")))
    assert_instance_of Firth::CertificateError, error
    assert_instance_of Firth::TLSError, at_client
  end

  def test_no_common_version
    errors = refusals(client_options(ssl_version: "TLSv1.3"), server_options(ssl_version: "TLSv1.2"))
    errors.each { |error| assert_match(/version/, assert_instance_of(Firth::TLSError, error) && error.message) }
  end

  def test_every_call_says_the_same_again
    client = Firth::TLSStream.client(@near, **client_options)
    @far.write("no TLS " * 10)
    messages = Array.new(2) { assert_raises(Firth::TLSError) { client.handshake(timeout: LONG) }.message }
    assert_equal 1, messages.uniq.size
    assert_raises(Firth::TLSError) { client.read(1) }
  end

  def test_a_wrong_name_by_ssl_connect
    Firth::Listener.tls_listen("127.0.0.1", **server_options) do |listener|
      server = blocked { listener.accept.handshake }
      error = assert_raises(Firth::CertificateError) do
        Firth::SocketStream.ssl_connect("127.0.0.1", listener.port,
                                        client_options(server_name: "elsewhere.example"), timeout: LONG)
      end
      assert_match(/elsewhere\.example/, error.message)
      assert_kind_of Firth::TLSError, server.value
    end
  end

  def test_the_time_out_of_connecting_covers_the_hand_shake
    Firth::Listener.listen("127.0.0.1") do |listener|
      assert_raises(Firth::TimeoutError) { Firth.create_ssl_stream("127.0.0.1", listener.port, timeout: 0.02) }
    end
  end

  def test_a_blocked_ssl_connect_can_be_stopped
    Firth::Listener.listen("127.0.0.1") do |listener|
      thread = blocked { Firth.create_ssl_stream("127.0.0.1", listener.port, timeout: nil) }
      thread.kill.join
      refute thread.alive?
    end
  end

  def test_errors_are_stream_errors
    assert_operator Firth::CertificateError, :<, Firth::TLSError
    assert_operator Firth::TLSError, :<, Firth::StreamError
    assert_operator Firth::TunnelError, :<, Firth::StreamError
  end

  MAKERS = {
    client: ->(stream, options) { Firth::TLSStream.client(stream, server_name: "localhost", **options) },
    server: ->(stream, options) { Firth::TLSStream.server(stream, **options) },
    listener: ->(_, options) { Firth::Listener.tls_listen("127.0.0.1", 0, **options) }
  }.freeze

  MAKERS.each do |name, maker|
    define_method("test_a_missing_file_of_a_#{name}_is_named") do
      %i[certfile keyfile ca_certs].each do |option|
        options = server_options(ca_certs: certificate("ca.crt"), option => "/no/such/file")
        error = assert_raises(Errno::ENOENT) { maker.call(@near, options) }
        assert_match(%r{/no/such/file}, error.message)
      end
    end

    define_method("test_a_malformed_file_of_a_#{name}_is_named") do
      error = assert_raises(Firth::TLSError) { maker.call(@near, server_options(certfile: __FILE__)) }
      assert_match(/test_tls_refusals/, error.message)
    end

    define_method("test_a_key_of_another_certificate_is_refused_by_a_#{name}") do
      assert_raises(Firth::TLSError) { maker.call(@near, server_options(keyfile: certificate("client.key"))) }
    end

    define_method("test_an_encrypted_key_without_its_password_is_refused_by_a_#{name}") do
      [nil, "", "barley"].each do |password|
        assert_raises(Firth::TLSError) do
          maker.call(@near, server_options(keyfile: certificate("encrypted.key"), password: password))
        end
      end
    end

    define_method("test_wrong_options_of_a_#{name}_are_misuse") do
      [{ ssl_version: "TLSv1" }, { ssl_version: 13 }, { cert_reqs: 3 }, { cert_reqs: "maybe" },
       { cafile: "x" }, { certfile: "a\0b" }].each do |option|
        error = assert_raises(ArgumentError) { maker.call(@near, server_options(**option)) }
        assert_match(/#{option.keys.first}|null byte/, error.message)
      end
      assert_raises(TypeError) { maker.call(@near, server_options(keyfile: 5)) }
    end
  end

  def test_unknown_options_are_answered_with_the_known_ones
    error = assert_raises(ArgumentError) { Firth::SocketStream.ssl_connect("localhost", 1, { cafile: "x" }) }
    assert_match(/:cafile; it has keyfile, certfile, .*check_hostname/, error.message)
    assert_raises(ArgumentError) { Firth.create_ssl_stream("localhost", 1, cafile: "x") }
    assert_raises(TypeError) { Firth::SocketStream.ssl_connect("localhost", 1, "ca.crt") }
  end

  def test_options_that_contradict_each_other
    assert_raises(ArgumentError) { Firth::TLSStream.server(@near) }
    assert_raises(ArgumentError) { Firth::TLSStream.client(@near) }
  end

  def test_what_is_no_stream_is_refused
    [nil, 5, "text", Object.new].each do |lower|
      assert_raises(TypeError) { Firth::TLSStream.client(lower, **client_options) }
    end
    assert_raises(NoMethodError) { Firth::TLSStream.new(@near) }
  end
end
