local call = require "firth.call"
local core = require "firth_core"

local check_type, construct = call.check_type, call.construct

--- Streams that only Windows has. Elsewhere all of this fails with "not_supported".
-- Handles are integers.

--- firth.Win32PipeStream(incoming, outgoing): as PipeStream, over two handles.
local Win32PipeStream = {}

function Win32PipeStream.from_std()
  return construct("from_std", core.win32_pipe_stream_from_std)
end

function Win32PipeStream.create_pair()
  return construct("create_pair", core.win32_pipe_stream_create_pair)
end

--- firth.NamedPipeStream(handle, is_server_side): over the handle of a named pipe.
local NamedPipeStream = {}

--- The server's side of a new pipe; unless `connect` is false it waits for the client.
function NamedPipeStream.create_server(pipename, connect, ...)
  check_type(pipename, "string", 1, "create_server")
  return construct("create_server", core.named_pipe_stream_create_server, pipename,
                   connect == nil or connect, ...)
end

--- Waits for the client of a server's side that was made without: stream [, timeout].
function NamedPipeStream.connect_server(stream, ...)
  return construct("connect_server", core.named_pipe_stream_connect_server, stream, ...)
end

--- The client's side of a pipe that exists.
function NamedPipeStream.create_client(pipename)
  check_type(pipename, "string", 1, "create_client")
  return construct("create_client", core.named_pipe_stream_create_client, pipename)
end

setmetatable(Win32PipeStream, {
  __index = core.Stream,
  __call = function(_, incoming, outgoing)
    return construct("Win32PipeStream", core.win32_pipe_stream_create, incoming, outgoing)
  end,
})

setmetatable(NamedPipeStream, {
  __index = core.Stream,
  __call = function(_, handle, is_server_side)
    return construct("NamedPipeStream", core.named_pipe_stream_create, handle, is_server_side)
  end,
})

return { Win32PipeStream = Win32PipeStream, NamedPipeStream = NamedPipeStream }
