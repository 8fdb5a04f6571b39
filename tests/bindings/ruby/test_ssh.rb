# frozen_string_literal: true

require_relative "fixtures"
require_relative "peers"

# Streams through the system's ssh and a real sshd.
class TestSSH < Minitest::Test
  include Fixtures

  LONG = Peers::LONG

  def sshd
    Peers.tunnel("sshd")
  end

  def connect(*place, **others, &block)
    Firth::TunneledSocketStream.ssh_connect(sshd[:host], *place, ssh_port: sshd[:port], user: sshd[:user],
                                            identity_file: sshd[:identity_file], config_file: "none",
                                            known_hosts: sshd[:known_hosts], timeout: LONG, **others, &block)
  end

  def test_the_channel_of_rpyc_echoes_through_it
    with_echo_address do |*place|
      connect(*place) do |stream|
        channel = Firth::Channel.new(stream)
        [0, 1, 4 << 20].each do |size|
          channel.send(big_payload(size))
          assert_equal big_payload(size), channel.recv
        end
        assert_instance_of Firth::TunneledSocketStream, stream
      end
    end
  end

  def test_an_address_goes_through_it
    with_echo_address do |host, port|
      options = "identity_file=#{sshd[:identity_file]}&known_hosts=#{sshd[:known_hosts]}&config_file=none"
      uri = "ssh://#{sshd[:user]}@#{sshd[:host]}:#{sshd[:port]}/#{host}:#{port}?#{options}"
      Firth::Channel.open(Firth.open(uri, timeout: LONG)) do |channel|
        channel.send("x")
        assert_equal "x", channel.recv
      end
    end
  end

  { identity_file: :refused_identity_file, known_hosts: :unknown_known_hosts }.each do |option, fact|
    define_method("test_a_#{fact}_is_told_in_the_words_of_ssh") do
      error = assert_raises(Firth::TunnelError) { connect("127.0.0.1", 1, option => sshd[fact]) }
      assert_match(/Permission denied|Host key verification failed/, error.message)
    end
  end

  def test_a_changed_host_key_is_refused
    error = assert_raises(Firth::TunnelError) { connect("127.0.0.1", 1, known_hosts: sshd[:changed_known_hosts]) }
    assert_match(/Host key verification failed/, error.message)
  end

  def test_a_target_that_refuses_is_told
    with_refusing_port do |port|
      assert_match(/refused/, assert_raises(Firth::TunnelError) { connect("127.0.0.1", port) }.message)
    end
  end

  def test_a_program_that_is_missing
    assert_raises(Errno::ENOENT) { connect("127.0.0.1", 1, program: "/no/such/ssh") }
  end

  def test_the_death_of_the_tunnel_loses_the_connection
    with_tunnel("sshd") do |own, program|
      Firth::Listener.listen("127.0.0.1") do |listener|
        stream = Firth::TunneledSocketStream.ssh_connect("hop", "127.0.0.1", listener.port,
                                                         config_file: own[:config_file], timeout: LONG)
        program.puts("kill")
        assert_equal "killed\n", program.gets
        refute assert_raises(Firth::ConnectionLostError) { stream.read(1) }.clean?
        assert stream.closed?
      end
      program.close_write
    end
  end

  # A program in place of ssh that never gets there.
  def with_stalling_program
    Dir.mktmpdir do |folder|
      program = File.join(folder, "ssh")
      File.write(program, "#!/bin/sh\nexec cat\n")
      File.chmod(0o700, program)
      yield program
    end
  end

  def test_a_tunnel_that_stalls_keeps_the_time_and_can_be_stopped
    with_stalling_program do |program|
      assert_raises(Firth::TimeoutError) { connect("127.0.0.1", 1, program: program, timeout: 0.1) }
      thread = blocked { connect("127.0.0.1", 1, program: program, timeout: nil) }
      thread.kill.join
      refute thread.alive?
    end
  end

  def test_wrong_options_are_misuse
    assert_raises(ArgumentError) { connect("127.0.0.1", 1, identity: "x") }
    assert_raises(TypeError) { connect("127.0.0.1", 1, known_hosts: 5) }
    assert_raises(TypeError) { connect("127.0.0.1", "ssh") }
    assert_raises(ArgumentError) { connect("127.0.0.1", 70_000) }
    assert_raises(ArgumentError) { connect("-oProxyCommand=x", 1) }
  end
end
