--- firth: rpyc's byte streams, frames and channels.
--
-- Results      What fails because of the world outside gives `nil, message, code`;
--              `code` is "eof", "connection_lost", "timeout", "busy", "closed",
--              "protocol", "buffer_overflow", "compression", "encryption", "unsent",
--              "refused", "host_not_found", "file_not_found", "system", "no_memory",
--              "not_supported", "interrupted", "callback", "forked", "tls",
--              "certificate" or "tunnel". A failed write, and code "unsent", give a
--              fourth value: the bytes taken, or left over. Where the operating system
--              gave a reason, the fifth value is its errno.
--              What has nothing to give gives true. Only misuse raises an error, and
--              what an object of yours below a stream has raised comes out unchanged.
-- Strings      Bytes, NULs among them. An empty payload is "", never nil.
-- Time         A `timeout` is in seconds: absent, the stream's own; 0, try and do not
--              wait; nil, negative or math.huge, for ever. It covers the whole call,
--              and nothing is lost when it runs out. (In a table of options nil is
--              the same as absent: say math.huge.)
-- Scopes       `local ch <close> = ...` finishes when the scope ends well and closes
--              when an error ends it. A scope has no results: call `finish` before its
--              end to learn whether all went out. A collected object is only freed.
-- Coroutines   Any may use any object. A call that blocks blocks all of them.
-- Signals      A call that a signal interrupts goes on. (So lua's own handler of Ctrl-C
--              takes effect when the call returns; a second Ctrl-C ends the process.)

local core = require "firth_core"

local factories = require "firth.factories"
local windows_streams = require "firth.windows_streams"

local firth = {
  _VERSION = "firth " .. core.version(),

  --- The version of the library, "MAJOR.MINOR.PATCH".
  version = core.version,
  --- The version of the zlib that is running.
  zlib_version = core.zlib_version,
  --- What of firth there is in this process, two numbers: streams, channels, listeners and
  -- codecs, and pieces of memory. Both are 0 once everything was collected.
  live = core.live,

  FRAME_HEADER_SIZE = core.FRAME_HEADER_SIZE,
  FRAME_TRAILER_SIZE = core.FRAME_TRAILER_SIZE,
  COMPRESSION_THRESHOLD = core.COMPRESSION_THRESHOLD,
  COMPRESSION_LEVEL = core.COMPRESSION_LEVEL,
  FRAME_LIMIT = core.FRAME_LIMIT,
  INFLATED_LIMIT = core.INFLATED_LIMIT,
  QUEUE_LIMIT = core.QUEUE_LIMIT,
  DEFAULT_COMPRESSION_LEVEL = core.DEFAULT_COMPRESSION_LEVEL,
  DEFAULT_BATCH_SIZE = core.DEFAULT_BATCH_SIZE,
  DEFAULT_BATCH_TIMEOUT = core.DEFAULT_BATCH_TIMEOUT,
  KEY_MIN = core.KEY_MIN,
  KEY_MAX = core.KEY_MAX,
  KEY_SIZE = core.KEY_SIZE,
  SALT_MIN = core.SALT_MIN,
  STREAM_CHUNK_SIZE = core.STREAM_CHUNK_SIZE,
  CONNECT_TIMEOUT = core.CONNECT_TIMEOUT,
  FINISH_TIMEOUT = core.FINISH_TIMEOUT,
  SSH_TIMEOUT = core.SSH_TIMEOUT,
  KEEPALIVE_DEFAULT = core.KEEPALIVE_DEFAULT,
  DEFAULT_BUFFER_SIZE = core.DEFAULT_BUFFER_SIZE,
  MAX_BUFFER_SIZE = core.MAX_BUFFER_SIZE,
  CERT_NONE = core.CERT_NONE,
  CERT_OPTIONAL = core.CERT_OPTIONAL,
  CERT_REQUIRED = core.CERT_REQUIRED,

  -- Each is described in its file.
  Stream = require "firth.stream".Stream,
  SocketStream = require "firth.socket_stream",
  PipeStream = require "firth.pipe_stream",
  TLSStream = require "firth.tls_stream",
  TunneledSocketStream = require "firth.tunneled_socket_stream",
  BufferedStream = require "firth.buffered_stream",
  Win32PipeStream = windows_streams.Win32PipeStream,
  NamedPipeStream = windows_streams.NamedPipeStream,
  Listener = require "firth.listener",
  Channel = require "firth.channel".Channel,
  CompressedChannel = require "firth.compressed_channel",
  BatchingChannel = require "firth.batching_channel",
  EncryptedChannel = require "firth.encrypted_channel",
  FrameCodec = require "firth.frame_codec",
  brine = require "firth.brine",

  create_socket_stream = factories.create_socket_stream,
  create_unix_stream = factories.create_unix_stream,
  create_ssl_stream = factories.create_ssl_stream,
  create_pipe_stream = factories.create_pipe_stream,
  open = factories.open,

  --- generate_key(): a random key of KEY_SIZE bytes for EncryptedChannel.
  generate_key = core.generate_key,
  --- key_from_passphrase(passphrase, salt): the key of a passphrase, by scrypt, which takes
  -- 64 MiB and some tenths of a second. Both ends need the same salt of at least SALT_MIN
  -- bytes, best random ones; it need not be secret.
  key_from_passphrase = core.key_from_passphrase,
}

return firth
