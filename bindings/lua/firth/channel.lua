local call = require "firth.call"
local core = require "firth_core"
local options = require "firth.options"
local as_stream = require "firth.stream".as_stream

--- Payloads over a stream.
--
-- firth.Channel(stream [, options]): keeps the stream alive. An object of yours is taken for
-- a stream, as by firth.Stream. CompressedChannel, BatchingChannel and EncryptedChannel make
-- the same with other options: all are channels, with the methods below, and print as such.
--
-- compress               whether sending compresses; absent: it does, but not with a key
-- compression_level      1; to 9, and 0 sends everything uncompressed
-- compression_threshold  3000 bytes; longer payloads are compressed
-- key                    encrypts: firth.EncryptedChannel
-- batch_size             1; payloads that leave in one write: firth.BatchingChannel
-- batch_timeout          0.1 seconds
-- limits                 table of bytes: frame (256 MiB), of a frame's body, sent or received;
--                        inflated (256 MiB), of a payload that arrived compressed; queue
--                        (1 MiB), of frames collected before they leave
--
-- channel:send(payload [, timeout])   true. After "timeout" and "interrupted" the
--                                     payload was taken, must not be sent again, and the
--                                     next send or flush finishes it; after "busy" it
--                                     was not taken. "interrupted" gives a fourth value,
--                                     the bytes still to go: 0 if it was not taken
-- channel:recv([timeout])             the next payload. "timeout" loses nothing;
--                                     "protocol" is final; "compression" costs that
--                                     frame alone; "buffer_overflow" is final for a
--                                     frame over limits.frame
-- channel:poll([timeout = 0])         whether recv would find something. It and recv
--                                     first send what is collected, within their time
--                                     ("not_supported" over an object of yours: flush)
-- channel:cork()                      from now on send only collects, for one write of
--                                     many payloads; what would grow over limits.queue
--                                     leaves earlier. Corks are counted
-- channel:uncork([timeout])           takes one cork away, whatever it returns; the last
--                                     one flushes. Misuse if there is none
-- channel:corked()                    whether there is one
-- channel:flush([timeout])            sends what is collected, and what a time-out left over
-- channel:pending()                   bytes that send took and that have not left yet
-- channel:handshake([timeout])        firth.EncryptedChannel; true at once if not encrypted
-- channel:encrypted()                 whether the channel encrypts
-- channel:close()                     closes the stream too; never blocks. Fails with
--                                     "unsent" if pending bytes are lost
-- channel:finish([timeout])           flushes, tells an encrypted peer that this is the end,
--                                     and finishes the stream
-- channel:closed(), channel:fileno()  as the stream's
-- channel:stream()                    the very object that the channel was made with
-- channel:compress(), channel:set_compress(boolean)   whether sending compresses
local Channel = core.Channel

-- What the constructor called `name` gives. To be called by a tail call, for as_stream.
local function create(name, stream, o)
  return call.construct(name, core.channel_create, as_stream(stream, name, true), o.compress,
                        o.compression_level, o.compression_threshold, o.key, o.batch_size,
                        o.batch_timeout, o.limits.frame, o.limits.inflated, o.limits.queue)
end

setmetatable(Channel, {
  __call = function(_, stream, given)
    return create("Channel", stream, options.read(given, options.channel))
  end,
})

return { Channel = Channel, create = create }
