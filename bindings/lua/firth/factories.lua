local call = require "firth.call"
local core = require "firth_core"
local SocketStream = require "firth.socket_stream"

local factories = {}

--- SocketStream.connect and SocketStream.unix_connect as functions that make streams.
factories.create_socket_stream = SocketStream.connect
factories.create_unix_stream = SocketStream.unix_connect

--- open(uri [, timeout = 3]): the stream of an address, such as "tcp://localhost:18861".
-- docs/uri.md has the schemes and their options. May block. The time-out covers all of it.
-- A bad address is misuse: the error tells where it is bad. Else it fails as the
-- constructor that the scheme stands for.
function factories.open(uri, ...)
  call.check_type(uri, "string", 1, "open")
  return call.construct("open", core.open_uri, uri, ...)
end

return factories
