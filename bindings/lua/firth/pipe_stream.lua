local call = require "firth.call"
local core = require "firth_core"

local construct = call.construct

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

return setmetatable(PipeStream, {
  __index = core.Stream,
  __call = function(_, incoming, outgoing)
    return construct("PipeStream", core.pipe_stream_over, incoming, outgoing)
  end,
})
