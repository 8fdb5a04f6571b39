local call = require "firth.call"
local core = require "firth_core"

local options = require "firth.options"

local Stream = core.Stream
local check_type, construct = call.check_type, call.construct

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

--- spawn(cmd_args [, options]): a child process's standard input and output. cmd_args: a
-- list, the program, looked up in PATH, and its arguments. options: cwd, the child's
-- working folder; env, a table of NAME = value (absent: this process's); stderr, where its
-- error output goes: "discard", an open file of io, or a descriptor (absent: to this
-- process's). Fails with "file_not_found" (no such program or folder), "system".
--
-- finish closes the child's input, and waits until it has ended: after half of the time it
-- sends SIGTERM, at its end SIGKILL, and then fails with "timeout". close waits for nothing.
-- No zombie remains.
--
-- stream:pid()                   the child's number
-- stream:exit_status([timeout])  waits until it has ended: its exit status, or the negative
--                                number of the signal that killed it; "timeout" if it
--                                still runs. After the end of the stream too
--
-- Of other streams both are "not_supported".
function PipeStream.spawn(cmd_args, given)
  check_type(cmd_args, "table", 1, "spawn")
  local o = options.read(given, options.process)
  return construct("spawn", core.pipe_stream_spawn, cmd_args, o.cwd, o.env, o.stderr)
end

Stream.pid = core.pipe_stream_process_id
Stream.exit_status = core.pipe_stream_exit_status

return setmetatable(PipeStream, {
  __index = Stream,
  __call = function(_, incoming, outgoing)
    return construct("PipeStream", core.pipe_stream_over, incoming, outgoing)
  end,
})
