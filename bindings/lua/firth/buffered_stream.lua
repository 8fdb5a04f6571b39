local call = require "firth.call"
local core = require "firth_core"
local options = require "firth.options"
local as_stream = require "firth.stream".as_stream

--- A stream over any other, which it keeps alive and closes with itself.
--
-- firth.BufferedStream(stream [, options]): options: buffer_size (8192 bytes). It reads
-- up to that many bytes ahead, and collects up to as many, which leave when there are
-- more, with flush and finish, and before a read or poll that must wait; close gives
-- them one try ("unsent"). Its time-out is at first that of the stream below, which
-- must not be used beside it. An object of yours is taken for a stream, as by
-- firth.Stream. In a child of fork reading and writing fail with "forked".
-- Fails with "buffer_overflow" for a buffer_size above MAX_BUFFER_SIZE.
return setmetatable({}, {
  __index = core.Stream,
  __call = function(_, stream, given)
    local o = options.read(given, options.buffer)
    return call.construct("BufferedStream", core.buffered_stream_create,
                          as_stream(stream, "BufferedStream", true), o.buffer_size)
  end,
})
