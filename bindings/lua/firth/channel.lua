local call = require "firth.call"
local core = require "firth_core"
local options = require "firth.options"
local as_stream = require "firth.stream".as_stream

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
return setmetatable(core.Channel, {
  __call = function(_, stream, given)
    local o = options.read(given, options.frame)
    return call.construct("Channel", core.channel_create, as_stream(stream, "Channel", true),
                          o.compress and 1 or 0, o.compression_level, o.compression_threshold,
                          nil, 1, core.DEFAULT_BATCH_TIMEOUT, o.frame_limit, o.inflated_limit,
                          core.QUEUE_LIMIT)
  end,
})
