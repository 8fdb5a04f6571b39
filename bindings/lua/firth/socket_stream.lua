local call = require "firth.call"
local core = require "firth_core"
local options = require "firth.options"

local check_type, construct = call.check_type, call.construct

--- A stream over a socket.
--
-- firth.SocketStream(socket): over a connected stream socket: a luasocket client (tcp
-- or unix) or a descriptor. The stream owns it: it keeps a luasocket object alive,
-- closes it when the stream ends, and delivers first what that had read ahead. The
-- object must not be used any more. luasec's objects are refused.
local SocketStream = {}

--- Connects to a TCP port, trying every address of `host`. May block.
-- options: timeout (3 seconds; over name resolution and connecting together), ipv6
-- (absent: both families; false: IPv4; true: IPv6), family, socktype, proto (the
-- system's numbers), nodelay (true), keepalive (false; true: 60 seconds; or seconds).
-- Fails with "host_not_found", "refused", "timeout", "system".
function SocketStream.connect(host, port, given)
  check_type(host, "string", 1, "connect")
  check_type(port, "number", 2, "connect")
  local o = options.read(given, options.connect)
  return construct("connect", core.socket_stream_connect, host, port, o.timeout, o.ipv6, o.family,
                   o.socktype, o.proto, o.nodelay, o.keepalive)
end

--- Connects to a TCP port and makes the hand-shake of TLS, within the time-out of both.
-- ssl_kwargs: the options of TLSStream, or nil; options: as in connect. Fails as connect,
-- and with "certificate", "tls" and what TLSStream tells of the files.
function SocketStream.ssl_connect(host, port, ssl_kwargs, given)
  check_type(host, "string", 1, "ssl_connect")
  check_type(port, "number", 2, "ssl_connect")
  local tls, o = options.read(ssl_kwargs, options.tls), options.read(given, options.connect)
  return construct("ssl_connect", core.socket_stream_ssl_connect, host, port, o.timeout, o.ipv6,
                   o.family, o.socktype, o.proto, o.nodelay, o.keepalive, options.of_tls(tls))
end

--- Connects to a unix socket: unix_connect(path [, timeout = 3]). May block.
-- Fails with "file_not_found", "refused", "timeout", "system".
function SocketStream.unix_connect(path, ...)
  check_type(path, "string", 1, "unix_connect")
  return construct("unix_connect", core.socket_stream_unix_connect, path, ...)
end

return setmetatable(SocketStream, {
  __index = core.Stream,
  __call = function(_, socket)
    return construct("SocketStream", core.socket_stream_over, socket)
  end,
})
