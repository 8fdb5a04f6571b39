# frozen_string_literal: true

# Talks to real rpyc: requests to a server, payloads to an echo.
#
# Usage: ruby talk_to_rpyc.rb SERVER DIALECT ECHO
#   SERVER   an rpyc server: tcp:HOST:PORT or unix:PATH
#   DIALECT  5 or 6, the major version of its rpyc
#   ECHO     a peer that answers each payload with itself

require "firth"

# Yields a channel to the address, and finishes it afterwards.
def connect(address, &block)
  stream = case address
           when /\Aunix:(.+)\z/ then Firth::SocketStream.unix_connect($1)
           when /\Atcp:(.+):(\d+)\z/ then Firth::SocketStream.connect($1, Integer($2))
           else raise ArgumentError, "an address is tcp:HOST:PORT or unix:PATH"
           end
  Firth::Channel.open(stream, &block)
end

def expect(condition, what)
  raise "#{what}: an unexpected reply" unless condition
end

# ---- rpyc's messages, written in brine ------------------------------------------------

# Brine: \x02 is the empty tuple, \x10 \x11 \x12 begin tuples of one, two and three,
# \x50 \x51 ... are the integers 0, 1, ..., \x08\x0e and a length begin a string.
REQUEST = 1
REPLY = 2

# A message is (kind, sequence number, arguments); from 6.0 on the kind is one byte
# before the brine.
MESSAGE = {
  "5" => ->(kind, rest) { "\x12".b << (0x50 + kind) << rest },
  "6" => ->(kind, rest) { "".b << kind << "\x11" << rest }
}.freeze

# Sequence numbers 0 and 1, and a request's arguments: (handler, (1, (...))), where 1
# says "these are values".
GETROOT = "\x50\x11\x53\x11\x51\x02"                       # handler 3, ()
PING = "\x51\x11\x51\x11\x51\x10\x08\x0e\x0bmeets brine"   # handler 1, ("meets brine",)
# A reply's: (4, (name, two ids)) for a reference, (1, value) for a value.
ROOT = "\x50\x11\x54\x12"
PONG = "\x51\x11\x51\x08\x0e\x0bmeets brine"

def talk(server, message)
  connect(server) do |channel|
    channel.send(message.call(REQUEST, GETROOT))
    expect(channel.recv.start_with?(message.call(REPLY, ROOT)), "getroot")
    puts "getroot ok"

    channel.send(message.call(REQUEST, PING))
    expect(channel.recv == message.call(REPLY, PONG), "ping")
    puts "ping ok"
  end
end

# ---- Payloads of all sizes ------------------------------------------------------------

SIZES = [0, 1, 16, 2999, 3000, 3001, 64_000, 65_536, 1_048_576, 4_194_304].freeze
LINE = "firth meets brine\n"

def echo(channel, kind, payload)
  channel.send(payload)
  expect(channel.recv == payload, "echo")
  puts "echo #{kind} #{payload.bytesize} ok"
end

def seconds
  start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  yield
  Process.clock_gettime(Process::CLOCK_MONOTONIC) - start
end

# The median of 2000 round trips of 16 bytes, in microseconds.
def round_trip(channel)
  payload = Random.bytes(16)
  once = lambda do
    channel.send(payload)
    channel.recv
  end
  200.times { once.call }
  times = Array.new(2000) { seconds(&once) }.sort
  (times[999] + times[1000]) / 2 * 1e6
end

def exchange(peer)
  connect(peer) do |channel|
    SIZES.each do |size|
      echo(channel, "text", (LINE * (size / LINE.size + 1))[0, size])
      echo(channel, "random", Random.bytes(size))
    end
    puts format("round_trip_us %.1f", round_trip(channel))
  end
end

begin
  server, dialect, peer = ARGV
  abort "usage: talk_to_rpyc.rb SERVER 5|6 ECHO" unless peer && MESSAGE.key?(dialect)

  talk(server, MESSAGE.fetch(dialect))
  exchange(peer)
rescue StandardError => e
  abort e.message
end
