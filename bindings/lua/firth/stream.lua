local core = require "firth_core"

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
local Stream = setmetatable(core.Stream, {
  __call = function(_, object)
    local stream = as_stream(object, "Stream")
    return stream
  end,
})

return { Stream = Stream, as_stream = as_stream }
