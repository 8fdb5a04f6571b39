local call = require "firth.call"
local core = require "firth_core"
local options = require "firth.options"

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
return setmetatable(core.FrameCodec, {
  __call = function(_, given)
    local o = options.read(given, options.frame)
    return call.construct("FrameCodec", core.frame_codec_create, o.compress and 1 or 0,
                          o.compression_level, o.compression_threshold, nil, o.frame_limit, o.inflated_limit)
  end,
})
