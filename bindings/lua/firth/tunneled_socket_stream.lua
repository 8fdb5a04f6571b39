local SocketStream = require "firth.socket_stream"
local as_stream = require "firth.stream".as_stream
local call = require "firth.call"
local core = require "firth_core"
local options = require "firth.options"

local check_type, construct = call.check_type, call.construct

--- A stream through a tunnel. It closes with itself what lies below, and then the tunnel.
--
-- firth.TunneledSocketStream(sock [, options]): over what SocketStream takes, or over a
-- stream or an object of yours, which is not to be used beside it. options: tun, a tunnel
-- of yours: an object with a method `close`, which is called once, after the stream was
-- closed, finished or lost. What that raises, or gives as `nil, message, code`, reaches
-- who closes or finishes; after a loss the loss is the error. A finaliser never calls it.
--
-- stream:tun()            the tunnel that is still to be closed, or nil
-- stream:set_tun(object)  another tunnel in its place, or nil for none. "closed" after the
--                         end; "not_supported" for streams that were made otherwise
local TunneledSocketStream = {}

-- Over what a function that makes streams gives.
local function through(tunnel, below, ...)
  if not below then
    return nil, ...
  end
  local stream, message, code = core.tunneled_stream(below)
  if not stream then
    return nil, message, code
  end
  stream:set_tun(tunnel)
  return stream
end

--- As those of SocketStream, for a tunnel that is to be set.
function TunneledSocketStream.connect(...)
  return through(nil, SocketStream.connect(...))
end

function TunneledSocketStream.ssl_connect(...)
  return through(nil, SocketStream.ssl_connect(...))
end

function TunneledSocketStream.unix_connect(...)
  return through(nil, SocketStream.unix_connect(...))
end

local function connect_through_proxy(name, connect, proxy_host, proxy_port, host, port, o)
  return construct(name, connect, proxy_host, proxy_port, host, port, o.user, o.password,
                   o.timeout, o.ipv6, o.nodelay, o.keepalive)
end

--- socks5_connect(proxy_host, proxy_port, host, port [, options]): through a SOCKS5 proxy,
-- which resolves `host`. May block. options: user, password (sent in the clear), and for
-- connecting to the proxy timeout (3 seconds; over the proxy's answers too), ipv6, nodelay,
-- keepalive as in SocketStream.connect. Fails with "tunnel" if the proxy refuses, which
-- tells why, or does not speak SOCKS5; else as connecting to the proxy.
function TunneledSocketStream.socks5_connect(proxy_host, proxy_port, host, port, given)
  check_type(proxy_host, "string", 1, "socks5_connect")
  check_type(host, "string", 3, "socks5_connect")
  return connect_through_proxy("socks5_connect", core.tunneled_socket_stream_socks5_connect,
                               proxy_host, proxy_port, host, port,
                               options.read(given, options.proxy))
end

--- The same through an HTTP proxy's CONNECT, with the Basic scheme for user and password.
function TunneledSocketStream.http_connect(proxy_host, proxy_port, host, port, given)
  check_type(proxy_host, "string", 1, "http_connect")
  check_type(host, "string", 3, "http_connect")
  return connect_through_proxy("http_connect", core.tunneled_socket_stream_http_connect,
                               proxy_host, proxy_port, host, port,
                               options.read(given, options.proxy))
end

--- ssh_connect(ssh_host, host, port [, options]): through the system's ssh, which connects
-- to `ssh_host`, and from there to `host`. It asks nobody for anything, and refuses an
-- unknown or changed host key. May block. options: timeout (10 seconds), ssh_port, user,
-- identity_file (the only private key that is tried), known_hosts (the file with the only
-- host keys that are known), config_file ("none" for none), all ssh's choice if absent, and
-- program ("ssh"). Fails with "tunnel" and ssh's own message, "file_not_found", "timeout".
-- Once connected the death of ssh is "connection_lost", with its last words.
function TunneledSocketStream.ssh_connect(ssh_host, host, port, given)
  check_type(ssh_host, "string", 1, "ssh_connect")
  check_type(host, "string", 2, "ssh_connect")
  check_type(port, "number", 3, "ssh_connect")
  local o = options.read(given, options.ssh)
  return construct("ssh_connect", core.tunneled_socket_stream_ssh_connect, ssh_host, o.ssh_port,
                   host, port, o.program, o.user, o.identity_file, o.known_hosts, o.config_file,
                   o.timeout)
end

local function over_host(tunnel, sock)
  return through(tunnel, core.socket_stream_over(sock))
end

local function is_of_the_host(value)
  return math.type(value) == "integer" or core.is_socket(value)
end

return setmetatable(TunneledSocketStream, {
  __index = SocketStream,
  __call = function(_, sock, given)
    local o = options.read(given, options.tunnel)
    if is_of_the_host(sock) then
      return construct("TunneledSocketStream", over_host, o.tun, sock)
    end
    return through(o.tun, as_stream(sock, "TunneledSocketStream", true))
  end,
})
