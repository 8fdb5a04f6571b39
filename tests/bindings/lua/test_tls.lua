-- TLS between streams of firth's own, and with OpenSSL's programs and Python's ssl.

local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"
local objects = require "custom_objects"
local peers = require "peers"

local assert_fails = fixtures.assert_fails
local LONG = fixtures.LONG
local certificate = peers.certificate

local function server_options(options)
  local complete = { certfile = certificate "server.crt", keyfile = certificate "server.key" }
  for name, value in pairs(options or {}) do
    complete[name] = value
  end
  return complete
end

local function client_options(options)
  local complete = { ca_certs = certificate "ca.crt", server_name = "localhost" }
  for name, value in pairs(options or {}) do
    complete[name] = value
  end
  return complete
end

-- Both ends make the hand-shake in turns, as one of them cannot wait for the other.
local function shake_hands(client, server)
  local there, here
  for _ = 1, 100 do
    here = here or fixtures.assert_done(client:handshake(0))
    there = there or fixtures.assert_done(server:handshake(0))
    if here and there then
      return
    end
  end
  error "the hand-shake does not end"
end

TestTLS = {}

function TestTLS:setUp()
  self.below, self.there_below = fixtures.unix_pair()
end

function TestTLS:tearDown()
  self.below:close()
  self.there_below:close()
end

-- A client and a server that have made the hand-shake.
function TestTLS:pair(of_client, of_server)
  local client = assert(firth.TLSStream.client(self.below, client_options(of_client)))
  local server = assert(firth.TLSStream.server(self.there_below, server_options(of_server)))
  shake_hands(client, server)
  return client, server
end

function TestTLS:test_bytes_go_both_ways()
  local client, server = self:pair()
  client:write "a\0b"
  lu.assertEquals(server:read(3, LONG), "a\0b")
  server:write "back"
  lu.assertEquals(client:read(4, LONG), "back")
end

function TestTLS:test_nothing_is_sent_before_the_hand_shake()
  local client = firth.TLSStream.client(self.below, client_options())
  lu.assertIsFalse(self.there_below:poll())
  assert_fails("timeout", client:handshake(0))
  lu.assertIsTrue(self.there_below:poll())
end

function TestTLS:test_the_newest_version_is_agreed_upon()
  local client, server = self:pair()
  lu.assertEquals({ client:tls_version(), server:tls_version() }, { "TLSv1.3", "TLSv1.3" })
  lu.assertStrContains(client:cipher(), "TLS_")
  lu.assertEquals(client:cipher(), server:cipher())
end

function TestTLS:test_the_version_may_be_chosen()
  local client = self:pair { ssl_version = "TLSv1.2" }
  lu.assertEquals(client:tls_version(), "TLSv1.2")
end

function TestTLS:test_the_ciphers_may_be_chosen()
  local client = self:pair { ssl_version = "TLSv1.2", ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256" }
  lu.assertEquals(client:cipher(), "ECDHE-ECDSA-AES128-GCM-SHA256")
end

-- DER of the first certificate in a file in PEM.
local function der(name)
  local pipe <close> = assert(io.popen("openssl x509 -outform DER -in " .. certificate(name)))
  return pipe:read "a"
end

function TestTLS:test_the_peers_certificate_can_be_asked_for()
  local client, server = self:pair()
  lu.assertTrue(client:peer_certificate() == der "server.crt")
  lu.assertNil(server:peer_certificate())
end

function TestTLS:test_a_client_may_show_a_certificate()
  local _, server = self:pair(
    { certfile = certificate "client.crt", keyfile = certificate "client.key" },
    { ca_certs = certificate "ca.crt", cert_reqs = "optional" })
  lu.assertTrue(server:peer_certificate() == der "client.crt")
end

function TestTLS:test_an_encrypted_key_is_opened_by_its_password()
  local client = self:pair(nil, { keyfile = certificate "encrypted.key", password = "sesame" })
  lu.assertEquals(client:tls_version(), "TLSv1.3")
end

function TestTLS:test_the_name_need_not_be_checked()
  local client = self:pair({ server_name = "elsewhere.example", check_hostname = false })
  lu.assertTrue(client:write "x")
end

function TestTLS:test_the_certificate_need_not_be_looked_at()
  for _, cert_reqs in ipairs { "none", firth.CERT_NONE } do
    self:setUp()
    local client = self:pair({ cert_reqs = cert_reqs, ca_certs = certificate "other_ca.crt" })
    lu.assertTrue(client:write "x")
  end
end

function TestTLS:test_a_time_out_loses_nothing()
  local client, server = self:pair()
  assert_fails("timeout", client:read(4, 0))
  server:write "ab"
  assert_fails("timeout", client:read(4, 0.001))
  server:write "cd"
  lu.assertEquals(client:read(4, LONG), "abcd")
end

function TestTLS:test_poll_looks_through_what_is_no_data()
  local client, server = self:pair()
  lu.assertIsFalse(client:poll())
  server:write "x"
  lu.assertIsTrue(client:poll(LONG))
end

function TestTLS:test_a_payload_that_the_peer_does_not_take_is_pending()
  local client, server = self:pair()
  local channel, far = firth.Channel(client), firth.Channel(server)
  local payload = fixtures.random_bytes(8 << 20)
  assert_fails("timeout", channel:send(payload, 0))
  local received
  while not received do
    channel:flush(0)
    received = far:recv(0)
  end
  lu.assertTrue(received == payload)
end

function TestTLS:test_finish_is_a_clean_end()
  local client, server = self:pair()
  lu.assertTrue(server:finish(LONG))
  assert_fails("eof", client:read(1, LONG))
end

function TestTLS:test_a_cut_connection_is_no_clean_end()
  local client = self:pair()
  self.there_below:close()
  assert_fails("connection_lost", client:read(1, LONG))
end

function TestTLS:test_its_descriptor_and_what_lies_below_are_those_of_the_stream()
  local client = self:pair()
  lu.assertEquals(client:fileno(), self.below:fileno())
  lu.assertTrue(rawequal(client:lower(), self.below))
  client:close()
  lu.assertTrue(self.below:closed())
end

function TestTLS:test_it_keeps_what_lies_below()
  local client, server = self:pair()
  self.below, self.there_below = client, server
  fixtures.collect()
  client:write "kept"
  lu.assertEquals(server:read(4, LONG), "kept")
end

function TestTLS:test_it_lies_over_buffered_streams_too()
  self.below, self.there_below = firth.BufferedStream(self.below),
    firth.BufferedStream(self.there_below)
  local client, server = self:pair()
  client:write "x"
  client:flush()
  lu.assertEquals(server:read(1, LONG), "x")
end

function TestTLS:test_other_streams_speak_no_tls()
  assert_fails("not_supported", self.below:handshake())
  assert_fails("not_supported", self.below:tls_version())
  assert_fails("not_supported", self.below:cipher())
  assert_fails("not_supported", self.below:peer_certificate())
end

TestTLSPeers = {}

-- OpenSSL's server, which answers each line with its reverse; its program and port.
local function start_s_server(...)
  local program = peers.start_quietly("openssl", "s_server", "-accept", "127.0.0.1:0", "-rev",
                              "-naccept", "1", "-cert", certificate "server.crt",
                              "-key", certificate "server.key", ...)
  local line
  repeat
    line = peers.read_line(program)
  until line:find "^ACCEPT"
  return program, math.tointeger(line:match ":(%d+)$")
end

function TestTLSPeers:test_ssl_connect_to_openssls_server()
  local program, port = start_s_server()
  local stream = assert(firth.SocketStream.ssl_connect("localhost", port,
                                                       { ca_certs = certificate "ca.crt" },
                                                       { timeout = LONG, ipv6 = false }))
  stream:write "firth\n"
  lu.assertEquals(stream:read(6, LONG), "htrif\n")
  stream:finish(LONG)
  program:close()
end

function TestTLSPeers:test_create_ssl_stream_to_openssls_server_of_tls_1_2()
  local program, port = start_s_server "-tls1_2"
  local stream = assert(firth.create_ssl_stream("127.0.0.1", port, {
    ca_certs = certificate "ca.crt", timeout = LONG, nodelay = true,
  }))
  lu.assertEquals(stream:tls_version(), "TLSv1.2")
  stream:write "firth\n"
  lu.assertEquals(stream:read(6, LONG), "htrif\n")
  stream:finish(LONG)
  program:close()
end

function TestTLSPeers:test_over_an_object_of_lua_to_openssls_server()
  local program, port = start_s_server()
  local object = objects.monitored(assert(firth.SocketStream.connect("127.0.0.1", port)))
  local stream = firth.TLSStream.client(object, client_options())
  stream:write "firth\n"
  lu.assertEquals(stream:read(6), "htrif\n")
  lu.assertTrue(rawequal(stream:lower(), object))
  lu.assertTrue(object.sent > 6 and object.received > 6)
  stream:finish()
  program:close()
end

function TestTLSPeers:test_openssls_client_is_served()
  local listener <close> = assert(firth.Listener.tls_listen("127.0.0.1", 0, server_options()))
  local program = peers.start_quietly(
    "openssl", "s_client", "-quiet", "-verify_return_error", "-CAfile", certificate "ca.crt",
    "-connect", "127.0.0.1:" .. listener:port())
  local stream <close> = assert(listener:accept(LONG))
  lu.assertTrue(stream:handshake(LONG))
  stream:write "from firth\n"
  lu.assertEquals(peers.read_line(program), "from firth")
  program:write "to firth\n"
  lu.assertEquals(stream:read(9, LONG), "to firth\n")
  program:close()
end

function TestTLSPeers:test_a_silent_client_holds_up_nobody_in_accept()
  local listener <close> = assert(firth.Listener.tls_listen("127.0.0.1", 0, server_options()))
  local silent <close> = firth.SocketStream.connect("127.0.0.1", listener:port())
  local stream <close> = assert(listener:accept(LONG))
  assert_fails("timeout", stream:handshake(0.001))
end

function TestTLSPeers:test_rpycs_server_wants_a_certificate()
  local program, host, port = peers.start_server(
    "echo", "tls", certificate "server.key", certificate "server.crt", certificate "ca.crt")
  local stream = assert(firth.create_ssl_stream(host, port, {
    keyfile = certificate "client.key", certfile = certificate "client.crt",
    ca_certs = certificate "ca.crt", timeout = LONG,
  }))
  local channel = firth.Channel(stream)
  for _, payload in ipairs { "", "x", ("x"):rep(5000), fixtures.random_bytes(1 << 20) } do
    lu.assertTrue(channel:send(payload, LONG))
    lu.assertTrue(channel:recv(LONG) == payload)
  end
  lu.assertTrue(channel:finish(LONG))
  peers.stop(program)
end
