local call = require "firth.call"
local core = require "firth_core"
local options = require "firth.options"

--- Payloads to frames and back, without any stream; never blocks.
--
-- firth.FrameCodec([options]): options: compress, compression_level, compression_threshold,
-- key, limits, as for Channel.
--
-- codec:encode(payload)   the bytes of its frame; "buffer_overflow" over limits.frame
-- codec:feed(bytes)       takes bytes as they arrived; true
-- codec:decode()          the next payload; nil alone when more bytes are needed.
--                         Errors as for channel:recv
-- codec:end_()            how the stream ended if no more bytes come: always fails, with
--                         "eof" between frames and "connection_lost" inside one. (`end`
--                         is a word of the language.)
--
-- With a key:
--
-- codec:hello()           the bytes that go out before all others, once; without a key, and
--                         the second time, ""
-- codec:encode(payload)   nil alone before decode has met the peer's hello
-- codec:encode_end()      the bytes that tell the peer that no more will come, after which
--                         encode fails with "closed"; without a key, ""
-- codec:decode()          fails with "eof" once the peer's end has come
-- codec:end_()            "connection_lost" anywhere but after the peer's end
return setmetatable(core.FrameCodec, {
  __call = function(_, given)
    local o = options.read(given, options.codec)
    return call.construct("FrameCodec", core.frame_codec_create, o.compress, o.compression_level,
                          o.compression_threshold, o.key, o.limits.frame, o.limits.inflated)
  end,
})
