# frozen_string_literal: true

# rpyc's byte streams, frames and channels.
#
#   require "firth"
#   Firth::SocketStream.connect("localhost", 18861) do |stream|
#     channel = Firth::Channel.new(stream)
#     channel.send("bytes")
#     channel.recv
#   end
#
# Times are seconds; nil is for ever, 0 only tries, and an absent one is the stream's
# own setting. Bytes come as Strings in ASCII-8BIT; any String can be sent. A call
# that blocks lets other threads run, and is ended at once by Ctrl-C,
# Thread#raise, Thread#kill and Timeout.timeout, which lose nothing.
#
# Firth.live tells how many objects of the C library there are, and how many pieces of its
# memory: for tests.
module Firth
end

require "set"
require "socket"
require "firth/errors"
require "firth/sizes"
require "firth/brine_values"
require "firth/brine_limits"
require "firth_core"
require "firth/lend"
require "firth/ending"
require "firth/handover"
require "firth/apart"
require "firth/finishing"
require "firth/stream"
require "firth/socket_stream"
require "firth/pipe_stream"
require "firth/buffered_stream"
require "firth/tls_options"
require "firth/tls_stream"
require "firth/tunneled_socket_stream"
require "firth/windows_streams"
require "firth/factories"
require "firth/address"
require "firth/listener"
require "firth/channel_options"
require "firth/limits"
require "firth/corking"
require "firth/channel"
require "firth/compressed_channel"
require "firth/batching_channel"
require "firth/encrypted_channel"
require "firth/frame_codec"
require "firth/custom_object"
require "firth/brine"

module Firth
  Lend.end_with(:generate_key, :live, :version, :zlib_version)
end
