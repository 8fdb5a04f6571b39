# frozen_string_literal: true

# The testee in Ruby: does what ../../README.md says on standard input, and answers
# on standard output.

require "firth"
require_relative "brine_notation"

# Commands are methods; each returns its answer.
class Testee
  def answer(line)
    name, *words = line.split(" ")
    __send__(:"on_#{name.tr("-", "_")}", *words)
  rescue Firth::StreamError, ArgumentError, EncodingError => e
    "error #{e.is_a?(Firth::Error) ? e.code : "invalid"} #{e.message}\n"
  end

  private

  def on_connect(kind, *words)
    stream = if kind == "unix"
               Firth::SocketStream.unix_connect(words.shift)
             else
               Firth::SocketStream.connect(words.shift, Integer(words.shift))
             end
    @channel = channel_over(stream, options(words))
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

  def on_flush(timeout)
    @channel.flush(timeout: Float(timeout))
    "ok\n"
  end

  def on_cork
    @channel.cork
    "ok\n"
  end

  def on_uncork(timeout)
    @channel.uncork(timeout: Float(timeout))
    "ok\n"
  end

  def on_corked
    "#{@channel.corked?}\n"
  end

  def on_handshake(timeout)
    @channel.handshake(timeout: Float(timeout))
    "ok\n"
  end

  def on_finish(timeout)
    @channel.finish(timeout: Float(timeout))
    "ok\n"
  end

  def on_writes
    "number #{@channel.stream.counters.write_calls}\n"
  end

  def on_close
    @channel.close
    "ok\n"
  end

  def on_codec(*words)
    @codec = Firth::FrameCodec.new(**options(words))
    "ok\n"
  end

  def on_hello
    data("bytes", @codec.hello)
  end

  def on_encode_end
    data("bytes", @codec.encode_end)
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

  def on_brine_load(*limits, length)
    value = Firth::Brine.load(bytes(length), limits: brine_limits(limits))
    data("value", BrineNotation.show(value))
  end

  def on_brine_dump(*limits, length)
    value = BrineNotation.parse(bytes(length))
    data("bytes", Firth::Brine.dump(value, limits: brine_limits(limits)))
  end

  def on_version
    "version firth #{Firth.version}, zlib #{Firth.zlib_version}, Ruby #{RUBY_VERSION}\n"
  end

  # How the value of an option is read; the others are integers.
  KINDS = { "preset" => :itself.to_proc, "key" => ->(digits) { [digits].pack("H*") },
            "batch_timeout" => ->(seconds) { Float(seconds) },
            "compress" => ->(value) { value != "0" } }.freeze
  private_constant :KINDS

  # What begins with "limits." becomes one object.
  def options(words)
    values = words.to_h do |word|
      name, value = word.split("=")
      [name, KINDS.fetch(name, method(:Integer)).call(value)]
    end
    limits, others = values.partition { |name, _| name.start_with?("limits.") }
    limits = limits.to_h { |name, value| [name.delete_prefix("limits.").to_sym, value] }
    others.to_h.transform_keys(&:to_sym).merge(limits: Firth::Limits.new(**limits))
  end

  def brine_limits(words)
    limits = words.to_h { |word| word.split("=") }
    Firth::Brine::Limits.new(**limits.transform_keys(&:to_sym).transform_values { |value| Integer(value) })
  end

  # What a preset's constructor takes as arguments of its own.
  PRESETS = {
    nil => [Firth::Channel, {}],
    "compressed" => [Firth::CompressedChannel, { compression_level: Firth::DEFAULT_COMPRESSION_LEVEL }],
    "batching" => [Firth::BatchingChannel, { batch_size: Firth::DEFAULT_BATCH_SIZE,
                                             batch_timeout: Firth::DEFAULT_BATCH_TIMEOUT }],
    "encrypted" => [Firth::EncryptedChannel, { key: "" }]
  }.freeze
  private_constant :PRESETS

  def channel_over(stream, options)
    kind, own = PRESETS.fetch(options.delete(:preset))
    arguments = own.merge(options.slice(*own.keys)).values
    kind.new(stream, *arguments, **options.except(*own.keys))
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
