# frozen_string_literal: true

require_relative "fixtures"

# Real rpyc at the other end.
class TestRpyc < Minitest::Test
  include Fixtures

  SIZES = [0, 1, 16, 2999, 3000, 3001, 64_000, 65_536, 1_048_576, 4_194_304].freeze

  def assert_echoes(channel)
    SIZES.each do |size|
      [big_payload(size), "x" * size].each do |payload|
        channel.send(payload)
        assert_equal payload, channel.recv, "#{size} bytes"
      end
    end
  end

  %w[5.3.1 6.0.2].each do |version|
    name = version.tr(".", "_")

    %w[unix tcp].each do |kind|
      define_method("test_the_channel_of_rpyc_#{name}_echoes_over_#{kind}") do
        with_echo(version, kind) do |stream|
          Firth::Channel.open(stream) { |channel| assert_echoes(channel) }
        end
      end
    end

    define_method("test_the_channel_of_rpyc_#{name}_reads_what_is_not_compressed") do
      with_echo(version, "unix") do |stream|
        Firth::Channel.open(stream, compress: false) { |channel| assert_echoes(channel) }
      end
    end

    define_method("test_rpyc_#{name}_connects_to_a_listener_over_tcp") do
      Firth::Listener.listen("127.0.0.1") do |listener|
        with_peer(version, "dial.py", "tcp", "127.0.0.1", listener.port) do
          Firth::Channel.open(listener.accept) { |channel| assert_echoes(channel) }
        end
      end
    end

    define_method("test_rpyc_#{name}_connects_to_a_listener_over_a_unix_socket") do
      Dir.mktmpdir do |folder|
        Firth::Listener.unix_listen(File.join(folder, "s")) do |listener|
          with_peer(version, "dial.py", "unix", listener.path) do
            Firth::Channel.open(listener.accept) { |channel| assert_echoes(channel) }
          end
        end
      end
    end
  end

  def test_the_first_example_prints_the_answer
    with_peer("6.0.2", "echo.py", "tcp") do |io|
      _, _, host, port = io.gets.split
      hello = [RbConfig.ruby, "-w", File.join(PROJECT, "examples/ruby/hello.rb"), host, port]
      assert_equal "hello, brine\n", IO.popen(hello, &:read)
    end
  end
end
