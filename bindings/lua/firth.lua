--- firth: rpyc's byte streams, frames and channels.
--
-- Results      What fails because of the world outside gives `nil, message, code`;
--              `code` is "eof", "connection_lost", "timeout", "busy", "closed",
--              "protocol", "buffer_overflow", "compression", "unsent", "refused",
--              "host_not_found", "file_not_found", "system", "no_memory",
--              "not_supported", "interrupted", "callback" or "forked". A failed write, and code
--              "unsent", give a fourth value: the bytes taken, or left over. Where
--              the operating system gave a reason, the fifth value is its errno.
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

local firth = {
  _VERSION = "firth " .. core.version(),

  --- The version of the library, "MAJOR.MINOR.PATCH".
  version = core.version,
  --- The version of the zlib that is running.
  zlib_version = core.zlib_version,

  FRAME_HEADER_SIZE = core.FRAME_HEADER_SIZE,
  FRAME_TRAILER_SIZE = core.FRAME_TRAILER_SIZE,
  COMPRESSION_THRESHOLD = core.COMPRESSION_THRESHOLD,
  COMPRESSION_LEVEL = core.COMPRESSION_LEVEL,
  FRAME_LIMIT = core.FRAME_LIMIT,
  INFLATED_LIMIT = core.INFLATED_LIMIT,
  CONNECT_TIMEOUT = core.CONNECT_TIMEOUT,
  FINISH_TIMEOUT = core.FINISH_TIMEOUT,
  KEEPALIVE_DEFAULT = core.KEEPALIVE_DEFAULT,
  DEFAULT_BUFFER_SIZE = core.DEFAULT_BUFFER_SIZE,
  MAX_BUFFER_SIZE = core.MAX_BUFFER_SIZE,
}

---- Calling into C --------------------------------------------------------------

-- The functions below end with a tail call, so that level 2 is their caller.
local function outcome(name, well, first, ...)
  if well then
    return first, ...
  end
  if type(first) == "string" then
    first = first:gsub("^(bad argument #%d+ to )'[^']*'", "%1'" .. name .. "'")
  end
  error(first, 2)
end

-- Calls `make`, and moves what it raises to the place of the user's call of `name`.
local function construct(name, make, ...)
  return outcome(name, pcall(make, ...))
end

---- Options ---------------------------------------------------------------------

local function is_type(wanted)
  return function(value)
    if type(value) == wanted then
      return value
    end
    return nil, wanted .. " expected, got " .. type(value)
  end
end

local function integer_between(lowest, highest)
  return function(value)
    local integer = math.type(value) and math.tointeger(value)
    if integer and integer >= lowest and integer <= highest then
      return integer
    end
    return nil, ("integer from %d to %d expected, got %s"):format(lowest, highest, tostring(value))
  end
end

-- What an int of C holds.
local INT_MIN, INT_MAX = -0x80000000, 0x7fffffff

local boolean, size = is_type "boolean", integer_between(0, math.maxinteger)
local whole, count = integer_between(INT_MIN, INT_MAX), integer_between(0, INT_MAX)

local function seconds(value)
  if math.type(value) and value == value then
    return value
  end
  return nil, "seconds expected, got " .. (math.type(value) and tostring(value) or type(value))
end

local function keepalive(value)
  if type(value) == "boolean" then
    return value and core.KEEPALIVE_DEFAULT or 0
  end
  if value == 0 then
    return 0
  end
  return integer_between(1, INT_MAX)(value)
end

local function ipv6(value)
  if type(value) == "boolean" then
    return value and core.IPV6_ON or core.IPV6_OFF
  end
  return nil, "boolean expected, got " .. type(value)
end

local frame_options = {
  compress = { boolean, true },
  compression_level = { whole, core.COMPRESSION_LEVEL },
  compression_threshold = { size, core.COMPRESSION_THRESHOLD },
  frame_limit = { size, core.FRAME_LIMIT },
  inflated_limit = { size, core.INFLATED_LIMIT },
}

local buffer_options = {
  buffer_size = { integer_between(1, math.maxinteger), core.DEFAULT_BUFFER_SIZE },
}

local connect_options = {
  timeout = { seconds, core.CONNECT_TIMEOUT },
  ipv6 = { ipv6, core.IPV6_UNSET },
  family = { whole, 0 },
  socktype = { whole, 0 },
  proto = { whole, 0 },
  nodelay = { boolean, true },
  keepalive = { keepalive, 0 },
}

local listen_options = {
  ipv6 = { ipv6, core.IPV6_UNSET },
  backlog = { count, 128 },
  nodelay = { boolean, true },
  keepalive = { keepalive, 0 },
}

local unix_listen_options = { backlog = { count, 128 } }

-- The options that were given, checked, over those that were not. Called by the
-- functions of the module: level 3 is their caller.
local function read_options(given, known)
  local options = {}
  for name, option in pairs(known) do
    options[name] = option[2]
  end
  if given ~= nil and type(given) ~= "table" then
    error("table of options expected, got " .. type(given), 3)
  end
  for name, value in pairs(given or {}) do
    if not known[name] then
      error(("unknown option '%s'"):format(tostring(name)), 3)
    end
    local converted, complaint = known[name][1](value)
    if complaint then
      error(("bad option '%s' (%s)"):format(name, complaint), 3)
    end
    options[name] = converted
  end
  return options
end

local function check_type(value, wanted, number, name)
  if type(value) ~= wanted then
    error(("bad argument #%d to '%s' (%s expected, got %s)"):format(number, name, wanted,
                                                                   type(value)), 3)
  end
end

---- Streams ---------------------------------------------------------------------

-- `value` as a stream. Called by the functions of the module: level 3 is their caller.
-- What lies over it shows an object of Lua itself, not the stream over that, if `shown`.
local function as_stream(value, name, shown)
  local stream, complaint = core.as_stream(value, shown)
  if not stream then
    error(("bad argument #1 to '%s' (%s)"):format(name, complaint), 3)
  end
  return stream
end

--- What all streams can do; SocketStream, PipeStream and BufferedStream have the same
-- methods.
--
-- stream:read(length [, timeout])          exactly `length` bytes
-- stream:read_some(capacity [, timeout])   1 to `capacity` bytes
-- stream:write(data [, timeout])           all of it; true
-- stream:write_some(data [, timeout])      1 or more bytes of it; how many
-- stream:unread(data)                      puts bytes before those still to be read
-- stream:poll([timeout = 0])               whether a read would find something, the
--                                          end too; false when the time ran out
-- stream:flush([timeout])                  sends what is collected (plain streams
--                                          collect nothing)
-- stream:held()                            bytes that it holds, two numbers: read ahead
--                                          and still to be read, collected and still to
--                                          be written
-- stream:close()                           ends it at once; never blocks; any number of
--                                          times. Fails with "unsent" if bytes are lost
-- stream:finish([timeout])                 flushes, then closes; absent: the stream's
--                                          own time-out, else FINISH_TIMEOUT
-- stream:closed()                          true after close and once the peer is lost
-- stream:lower()                           the very stream or object that a BufferedStream
--                                          or a firth.Stream was made with; nil of others
-- stream:fileno(), stream:write_fileno()   the descriptors to watch; still the stream's
-- stream:timeout(), stream:set_timeout(s)  of calls that give none; nil at first, for ever
-- stream:counters()                        table: bytes_read, bytes_written, read_calls,
--                                          write_calls (system calls)
-- stream:wake()                            makes the next call that would block fail
--                                          with "interrupted"
--
-- read, read_some, poll fail with "eof" (a clean end), "connection_lost", "timeout",
-- "closed"; write and flush with "connection_lost", "timeout", "closed".
--
-- firth.Stream(object): over a table or userdata of yours, a custom stream. Channel and
-- BufferedStream take such an object too, and do this themselves. It has
--
-- object:read(length)       1 to `length` bytes; "" or nil at the end. It may wait until
--                           it has all of them
-- object:write(data)        nil or true: took all of it; or how many bytes it took
-- object:close()            called once, when the stream is closed or lost; never by a
--                           finaliser
-- object:closed()           a method, or a boolean field. The stream is closed if it says
--                           so; one that is closed already is refused
--
-- and may have
--
-- object:read_some(length)  as read, but never waits for more than 1 byte; used instead of
--                           `read`, and then asked for more than one piece of a frame
-- object:poll(timeout)      whether a read would find something; seconds, or nil for
--                           ever. Calls that read with a time-out need it
-- object:flush()            sends what it has collected; called by flush and finish
-- object:fileno()           a descriptor to watch; firth never reads or writes it
--
-- Without poll a time-out fails with "not_supported", and so does every one on writing
-- and flushing; finish without a time of its own takes as long as it takes.
-- What a method raises comes out of the call of firth's that led to it, the same value,
-- and nothing is lost: what came before stays, and the next send or flush finishes a
-- payload that `pending` tells of. `nil, message, code`, as firth's own methods give it,
-- is a failure of that code, "callback" if firth has no such code. The methods run on the
-- coroutine that called, and cannot yield. They may use other streams, but not the one
-- that is calling them, in the same direction. The stream keeps the object alive; a
-- cycle of the two is collected.
firth.Stream = setmetatable(core.Stream, {
  __call = function(_, object)
    local stream = as_stream(object, "Stream")
    return stream
  end,
})

--- A stream over a socket.
--
-- firth.SocketStream(socket): over a connected stream socket: a luasocket client (tcp
-- or unix) or a descriptor. The stream owns it: it keeps a luasocket object alive,
-- closes it when the stream ends, and delivers first what that had read ahead. The
-- object must not be used any more. luasec's objects are refused.
local SocketStream = {}

--- Connects to a TCP port, trying every address of `host`. May block.
-- options: timeout (3 seconds; over name resolution and connecting together), ipv6
-- (absent: both families; false: IPv4; true: IPv6), family, socktype, proto (the
-- system's numbers), nodelay (true), keepalive (false; true: 60 seconds; or seconds).
-- Fails with "host_not_found", "refused", "timeout", "system".
function SocketStream.connect(host, port, options)
  check_type(host, "string", 1, "connect")
  check_type(port, "number", 2, "connect")
  local o = read_options(options, connect_options)
  return construct("connect", core.socket_stream_connect, host, port, o.timeout, o.ipv6, o.family,
                   o.socktype, o.proto, o.nodelay, o.keepalive)
end

--- Connects to a unix socket: unix_connect(path [, timeout = 3]). May block.
-- Fails with "file_not_found", "refused", "timeout", "system".
function SocketStream.unix_connect(path, ...)
  check_type(path, "string", 1, "unix_connect")
  return construct("unix_connect", core.socket_stream_unix_connect, path, ...)
end

firth.SocketStream = setmetatable(SocketStream, {
  __index = core.Stream,
  __call = function(_, socket)
    return construct("SocketStream", core.socket_stream_over, socket)
  end,
})

--- A stream over two simplex pipes.
--
-- firth.PipeStream(incoming, outgoing): each a descriptor or an open file of io;
-- `outgoing` is flushed first, which may block. The stream owns both: it keeps files
-- alive, closes them when it ends, and delivers first what `incoming` had read ahead
-- (with glibc; other C libraries cannot say). They must not be used any more. Closing
-- a file of io.popen waits for its program; Lua never closes io.stdin and io.stdout
-- (from_std takes their descriptors).
local PipeStream = {}

--- Two streams over two anonymous pipes: what one writes the other reads.
function PipeStream.create_pair()
  return construct("create_pair", core.pipe_stream_create_pair)
end

--- A stream over this process's standard input and output. Afterwards descriptors 0
-- and 1 are the null device: a stray print cannot corrupt a frame.
function PipeStream.from_std()
  return construct("from_std", core.pipe_stream_from_std)
end

firth.PipeStream = setmetatable(PipeStream, {
  __index = core.Stream,
  __call = function(_, incoming, outgoing)
    return construct("PipeStream", core.pipe_stream_over, incoming, outgoing)
  end,
})

--- A stream over any other, which it keeps alive and closes with itself.
--
-- firth.BufferedStream(stream [, options]): options: buffer_size (8192 bytes). It reads
-- up to that many bytes ahead, and collects up to as many, which leave when there are
-- more, with flush and finish, and before a read or poll that must wait; close gives
-- them one try ("unsent"). Its time-out is at first that of the stream below, which
-- must not be used beside it. An object of yours is taken for a stream, as by
-- firth.Stream. In a child of fork reading and writing fail with "forked".
-- Fails with "buffer_overflow" for a buffer_size above MAX_BUFFER_SIZE.
firth.BufferedStream = setmetatable({}, {
  __index = core.Stream,
  __call = function(_, stream, options)
    local o = read_options(options, buffer_options)
    return construct("BufferedStream", core.buffered_stream_create,
                     as_stream(stream, "BufferedStream", true), o.buffer_size)
  end,
})

--- SocketStream.connect and SocketStream.unix_connect as functions that make streams.
firth.create_socket_stream = SocketStream.connect
firth.create_unix_stream = SocketStream.unix_connect

---- Listeners -------------------------------------------------------------------

--- Accepts connections.
--
-- listener:accept([timeout])   the next connection, a stream; absent: for ever.
--                              Fails with "timeout", "closed", "system"
-- listener:port()              the TCP port, as the system chose it; 0 for unix
-- listener:path()              the unix socket's path, "" for TCP
-- listener:fileno()            readable when a connection waits
-- listener:close()             stops listening; removes the unix socket
-- listener:closed()
-- listener:wake()              makes the next accept that would block fail with
--                              "interrupted"
local Listener = core.Listener

--- Listens on a TCP port of this machine: 0 for one that the system chooses; `host`
-- nil or "" for every address. options: ipv6, nodelay, keepalive (as in connect, for
-- what is accepted), backlog (128). Fails with "host_not_found", "system".
function Listener.listen(host, port, options)
  if host ~= nil then
    check_type(host, "string", 1, "listen")
  end
  check_type(port, "number", 2, "listen")
  local o = read_options(options, listen_options)
  return construct("listen", core.listener_listen, host, port, o.ipv6, o.backlog, o.nodelay,
                   o.keepalive)
end

--- Listens on a unix socket at `path`, which must not exist. options: backlog (128).
-- Fails with "file_not_found" (its folder), "system".
function Listener.unix_listen(path, options)
  check_type(path, "string", 1, "unix_listen")
  local o = read_options(options, unix_listen_options)
  return construct("unix_listen", core.listener_unix_listen, path, o.backlog)
end

firth.Listener = Listener

---- Channels and frames ---------------------------------------------------------

--- Payloads over a stream.
--
-- firth.Channel(stream [, options]): options: compress (true), compression_level (1; 0
-- sends everything uncompressed), compression_threshold (3000 bytes; longer payloads
-- are compressed), frame_limit, inflated_limit (bytes, 256 MiB). Keeps the stream alive.
-- An object of yours is taken for a stream, as by firth.Stream.
--
-- channel:send(payload [, timeout])   true. After "timeout" and "interrupted" the
--                                     payload was taken, must not be sent again, and the
--                                     next send or flush finishes it; after "busy" it
--                                     was not taken. "interrupted" gives a fourth value,
--                                     the bytes still to go: 0 if it was not taken
-- channel:recv([timeout])             the next payload. "timeout" loses nothing;
--                                     "protocol" is final; "compression" costs that
--                                     frame alone; "buffer_overflow" is final for a
--                                     frame over frame_limit
-- channel:poll([timeout = 0])         whether recv would find something
-- channel:flush([timeout])            sends what a time-out left over
-- channel:pending()                   bytes that a time-out left over
-- channel:close()                     closes the stream too; never blocks. Fails with
--                                     "unsent" if pending bytes are lost
-- channel:finish([timeout])           flushes and finishes the stream
-- channel:closed(), channel:fileno()  as the stream's
-- channel:stream()                    the very object that the channel was made with
-- channel:compress(), channel:set_compress(boolean)   whether sending compresses
firth.Channel = setmetatable(core.Channel, {
  __call = function(_, stream, options)
    local o = read_options(options, frame_options)
    return construct("Channel", core.channel_create, as_stream(stream, "Channel", true),
                     o.compress, o.compression_level, o.compression_threshold, o.frame_limit,
                     o.inflated_limit)
  end,
})

--- Payloads to frames and back, without any stream; never blocks.
--
-- firth.FrameCodec([options]): options as for Channel.
--
-- codec:encode(payload)   the bytes of its frame; "buffer_overflow" over frame_limit
-- codec:feed(bytes)       takes bytes as they arrived; true
-- codec:decode()          the next payload; nil alone when more bytes are needed.
--                         Errors as for channel:recv
-- codec:end_()            how the stream ended if no more bytes come: always fails, with
--                         "eof" between frames and "connection_lost" inside one. (`end`
--                         is a word of the language.)
firth.FrameCodec = setmetatable(core.FrameCodec, {
  __call = function(_, options)
    local o = read_options(options, frame_options)
    return construct("FrameCodec", core.frame_codec_create, o.compress, o.compression_level,
                     o.compression_threshold, o.frame_limit, o.inflated_limit)
  end,
})

return firth
