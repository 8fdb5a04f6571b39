-- Every kind of stream, each with another stream at its other end.

local firth = require "firth"
local fixtures = require "fixtures"
local objects = require "custom_objects"
local peers = require "peers"

local LONG = fixtures.LONG

local kinds = {}

kinds.tcp = fixtures.tcp_pair
kinds.unix = fixtures.unix_pair
kinds.pipes = firth.PipeStream.create_pair

function kinds.buffered()
  local here, there = fixtures.unix_pair()
  return firth.BufferedStream(here), there
end

function kinds.tunneled()
  local here, there = fixtures.tcp_pair()
  return firth.TunneledSocketStream(here, { tun = { close = function() end } }), there
end

-- Two ends of TLS, with hands shaken.
local function tls_pair()
  local here, there = fixtures.unix_pair()
  local client = assert(firth.TLSStream.client(here, {
    ca_certs = peers.certificate "ca.crt", server_name = "localhost" }))
  local server = assert(firth.TLSStream.server(there, {
    certfile = peers.certificate "server.crt", keyfile = peers.certificate "server.key" }))
  for _ = 1, 100 do
    local done = fixtures.assert_done(client:handshake(0))
    if fixtures.assert_done(server:handshake(0)) and done then
      return client, server
    end
  end
  error "the hand-shake does not end"
end

kinds.tls_client = tls_pair

function kinds.tls_server()
  local client, server = tls_pair()
  return server, client
end

function kinds.custom()
  local here, there = fixtures.unix_pair()
  return firth.Stream(objects.monitored(here)), there
end

function kinds.process()
  local listener <close> = assert(firth.Listener.unix_listen(fixtures.free_path()))
  local relay = (os.getenv "FIRTH_BUILD" or "build") .. "/tests/unit/relay"
  local here = assert(firth.create_pipe_stream { relay, listener:path() })
  return here, assert(listener:accept(LONG))
end

-- The stream that `connect` makes to a listener of ours.
local function through(connect)
  local listener <close> = assert(firth.Listener.listen("127.0.0.1", 0))
  local here = assert(connect("127.0.0.1", listener:port()))
  return here, assert(listener:accept(LONG))
end

function kinds.socks5()
  local proxy = peers.tunnel "socks"
  return through(function(host, port)
    return firth.TunneledSocketStream.socks5_connect(proxy.host, proxy.port, host, port,
                                                     { timeout = LONG })
  end)
end

function kinds.http_connect()
  local proxy = peers.tunnel "http"
  return through(function(host, port)
    return firth.TunneledSocketStream.http_connect(proxy.host, proxy.port, host, port,
                                                   { timeout = LONG })
  end)
end

function kinds.ssh()
  local sshd = peers.tunnel "sshd"
  return through(function(host, port)
    return firth.TunneledSocketStream.ssh_connect("hop", host, port, {
      config_file = sshd.config_file, timeout = LONG,
    })
  end)
end

function kinds.open()
  return through(function(host, port)
    return firth.open(("tcp://%s:%d"):format(host, port), LONG)
  end)
end

return kinds
