local call = require "firth.call"
local core = require "firth_core"
local options = require "firth.options"
local PipeStream = require "firth.pipe_stream"
local SocketStream = require "firth.socket_stream"

local factories = {}

--- SocketStream.connect, SocketStream.unix_connect and PipeStream.spawn by other names.
factories.create_socket_stream = SocketStream.connect
factories.create_unix_stream = SocketStream.unix_connect
factories.create_pipe_stream = PipeStream.spawn

--- create_ssl_stream(host, port [, options]): SocketStream.ssl_connect with the options of
-- TLSStream and those of connect together.
function factories.create_ssl_stream(host, port, given)
  call.check_type(host, "string", 1, "create_ssl_stream")
  call.check_type(port, "number", 2, "create_ssl_stream")
  local o = options.read(given, options.ssl_connect)
  return call.construct("create_ssl_stream", core.socket_stream_ssl_connect, host, port, o.timeout,
                        o.ipv6, o.family, o.socktype, o.proto, o.nodelay, o.keepalive,
                        options.of_tls(o))
end

--- open(uri [, timeout = 3]): the stream of an address, such as "tcp://localhost:18861".
-- docs/uri.md has the schemes and their options. May block. The time-out covers all of it.
-- A bad address is misuse: the error tells where it is bad. Else it fails as the
-- constructor that the scheme stands for.
function factories.open(uri, ...)
  call.check_type(uri, "string", 1, "open")
  return call.construct("open", core.open_uri, uri, ...)
end

return factories
