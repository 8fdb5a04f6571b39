# frozen_string_literal: true

# The testee in Ruby: does what ../../README.md says on standard input, and answers
# on standard output.

require "firth"

# Commands are methods; each returns its answer.
class Testee
  def answer(line)
    name, *words = line.split(" ")
    __send__(:"on_#{name}", *words)
  rescue Firth::StreamError, ArgumentError => e
    "error #{e.is_a?(Firth::Error) ? e.code : "invalid"} #{e.message}\n"
  end

  private

  def on_connect(kind, *words)
    stream = if kind == "unix"
               Firth::SocketStream.unix_connect(words.shift)
             else
               Firth::SocketStream.connect(words.shift, Integer(words.shift))
             end
    @channel = Firth::Channel.new(stream, **options(words))
    "ok\n"
  end

  def on_send(length)
    @channel.send(bytes(length))
    "ok\n"
  end

  def on_recv(timeout)
    data("payload", @channel.recv(timeout: Float(timeout)))
  end

  def on_poll(timeout)
    "#{@channel.poll(Float(timeout))}\n"
  end

  def on_close
    @channel.close
    "ok\n"
  end

  def on_codec(*words)
    @codec = Firth::FrameCodec.new(**options(words))
    "ok\n"
  end

  def on_encode(length)
    data("bytes", @codec.encode(bytes(length)))
  end

  def on_feed(length)
    @codec.feed(bytes(length))
    "ok\n"
  end

  def on_decode
    payload = @codec.decode
    payload ? data("payload", payload) : "more\n"
  end

  def on_end
    @codec.end
  end

  def on_version
    "version firth #{Firth.version}, zlib #{Firth.zlib_version}, Ruby #{RUBY_VERSION}\n"
  end

  def options(words)
    options = words.to_h do |word|
      name, value = word.split("=")
      [name.to_sym, name == "compress" ? value != "0" : Integer(value)]
    end
    with_limits(options)
  end

  # What begins with "limits." becomes one object.
  def with_limits(options)
    limits, others = options.partition { |name, _| name.start_with?("limits.") }
    limits = limits.to_h { |name, value| [name.to_s.delete_prefix("limits.").to_sym, value] }
    others.to_h.merge(limits: Firth::Limits.new(**limits))
  end

  # The bytes that follow a command's line.
  def bytes(length)
    $stdin.read(Integer(length))
  end

  def data(kind, bytes)
    "#{kind} #{bytes.bytesize}\n".b << bytes
  end
end

$stdin.binmode
$stdout.binmode
testee = Testee.new
while (line = $stdin.gets) && line != "quit\n"
  $stdout.write(testee.answer(line))
  $stdout.flush
end
