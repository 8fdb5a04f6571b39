-- What TLS refuses, and whether it says which check failed.

local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"
local peers = require "peers"

local assert_fails, assert_misuse = fixtures.assert_fails, fixtures.assert_misuse
local LONG = fixtures.LONG
local certificate = peers.certificate

TestTLSRefusals = {}

function TestTLSRefusals:setUp()
  self.below, self.there_below = fixtures.unix_pair()
end

function TestTLSRefusals:tearDown()
  self.below:close()
  self.there_below:close()
end

local function assert_refused(code, reason, result, message, actual)
  lu.assertNil(result)
  lu.assertStrContains(message, reason)
  lu.assertEquals(actual, code)
end

-- Hand-shakes in turns until the client or the server fails: which one, and how.
local function shake_until_refused(client, server)
  for _ = 1, 100 do
    for _, side in ipairs { client, server } do
      local well, message, code = side:handshake(0)
      if not well and code ~= "timeout" then
        return side, nil, message, code
      end
    end
  end
  error "nobody refuses"
end

function TestTLSRefusals:shake(of_client, of_server)
  local client = assert(firth.TLSStream.client(self.below, of_client))
  local server = assert(firth.TLSStream.server(self.there_below, of_server))
  return client, server, shake_until_refused(client, server)
end

function TestTLSRefusals:assert_server_refused(name, reason, options)
  self:setUp()
  options = options or { ca_certs = certificate "ca.crt" }
  options.server_name = options.server_name or "localhost"
  local client, server, who, result, message, code = self:shake(options, {
    certfile = certificate(name .. ".crt"), keyfile = certificate(name .. ".key"),
  })
  lu.assertTrue(rawequal(who, client))
  assert_refused("certificate", reason, result, message, code)
  assert_refused("certificate", reason, client:write "x")
  assert_fails("tls", server:handshake(LONG)) -- the client's alert
end

function TestTLSRefusals:test_certificates_of_servers()
  self:assert_server_refused("stranger", "issuer")
  self:assert_server_refused("self_signed", "self")
  self:assert_server_refused("expired", "expired")
  self:assert_server_refused("not_yet_valid", "not yet valid")
  self:assert_server_refused("elsewhere", "localhost")
end

function TestTLSRefusals:test_the_system_does_not_know_the_authority()
  self:assert_server_refused("server", "issuer", {})
end

function TestTLSRefusals:test_a_client_without_a_certificate()
  local _, server, who, result, message, code = self:shake(
    { ca_certs = certificate "ca.crt", server_name = "localhost" },
    { certfile = certificate "server.crt", keyfile = certificate "server.key",
      ca_certs = certificate "ca.crt" })
  lu.assertTrue(rawequal(who, server))
  assert_refused("certificate", "certificate", result, message, code)
end

function TestTLSRefusals:test_a_refused_client_learns_of_it_by_the_alert()
  local client, server, who = self:shake(
    { ca_certs = certificate "ca.crt", server_name = "localhost",
      certfile = certificate "other_client.crt", keyfile = certificate "other_client.key" },
    { certfile = certificate "server.crt", keyfile = certificate "server.key",
      ca_certs = certificate "ca.crt", cert_reqs = "required" })
  lu.assertTrue(rawequal(who, server))
  assert_fails("tls", client:read(1, LONG))
end

function TestTLSRefusals:test_no_common_version()
  local _, _, _, result, message, code = self:shake(
    { ca_certs = certificate "ca.crt", server_name = "localhost", ssl_version = "TLSv1.3" },
    { certfile = certificate "server.crt", keyfile = certificate "server.key",
      ssl_version = "TLSv1.2" })
  assert_refused("tls", "version", result, message, code)
end

function TestTLSRefusals:test_a_peer_that_speaks_no_tls()
  local client = firth.TLSStream.client(self.below, { server_name = "localhost" })
  self.there_below:write(("no TLS "):rep(10))
  assert_fails("tls", client:handshake(LONG))
end

function TestTLSRefusals:test_a_wrong_name_by_ssl_connect()
  local program, host, port = peers.start_server(
    "echo", "token", certificate "server.key", certificate "server.crt", "sesame")
  assert_refused("certificate", "elsewhere.example", firth.SocketStream.ssl_connect(
    host, port, { ca_certs = certificate "ca.crt", server_name = "elsewhere.example" },
    { timeout = LONG }))
  peers.stop(program)
end

function TestTLSRefusals:test_the_time_out_covers_the_hand_shake()
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  assert_fails("timeout", firth.create_ssl_stream("127.0.0.1", listener:port(),
                                                  { timeout = 0.01 }))
end

TestTLSFiles = {}

-- Each with what makes a stream or listener of these options.
local function with_each_maker(check)
  local stream <close> = fixtures.unix_pair()
  for _, make in ipairs {
    function(options) return firth.TLSStream.client(stream, options) end,
    function(options) return firth.TLSStream.server(stream, options) end,
    function(options) return firth.Listener.tls_listen("127.0.0.1", 0, options) end,
  } do
    check(make)
  end
end

function TestTLSFiles:test_a_file_that_is_missing_is_named()
  with_each_maker(function(make)
    assert_refused("file_not_found", "/no/such/file", make {
      certfile = "/no/such/file", server_name = "localhost" })
    assert_refused("file_not_found", "/no/such/file", make {
      certfile = certificate "server.crt", keyfile = "/no/such/file", server_name = "localhost" })
    assert_refused("file_not_found", "/no/such/file", make {
      certfile = certificate "server.crt", keyfile = certificate "server.key",
      ca_certs = "/no/such/file", server_name = "localhost" })
  end)
end

function TestTLSFiles:test_a_file_that_is_malformed_is_named()
  with_each_maker(function(make)
    assert_refused("tls", "test_tls.lua", make {
      certfile = "tests/bindings/lua/test_tls.lua", server_name = "localhost" })
  end)
end

function TestTLSFiles:test_a_key_of_another_certificate()
  with_each_maker(function(make)
    assert_fails("tls", make { certfile = certificate "server.crt",
                               keyfile = certificate "client.key", server_name = "localhost" })
  end)
end

function TestTLSFiles:test_an_encrypted_key_without_its_password()
  with_each_maker(function(make)
    for _, password in ipairs { "", "barley" } do
      assert_fails("tls", make { certfile = certificate "server.crt",
                                 keyfile = certificate "encrypted.key",
                                 password = password, server_name = "localhost" })
    end
  end)
end

TestTLSMisuse = {}

function TestTLSMisuse:test_options_that_are_wrong_are_named()
  local stream <close> = fixtures.unix_pair()
  local client = firth.TLSStream.client
  assert_misuse('bad option \'ssl_version\' ("TLSv1.2" or "TLSv1.3" expected, got TLSv1)', client,
                stream, { ssl_version = "TLSv1" })
  assert_misuse('bad option \'cert_reqs\' ("none", "optional" or "required" expected, got 3)',
                client, stream, { cert_reqs = 3 })
  assert_misuse("bad option 'check_hostname' (boolean expected, got 1)", client, stream,
                { check_hostname = 1 })
  assert_misuse("bad option 'keyfile' (string expected, got boolean)", client, stream,
                { keyfile = true })
  assert_misuse("unknown option 'cafile', known are ca_certs, cert_reqs, certfile, check_hostname",
                client, stream, { cafile = "x" })
  assert_misuse("unknown option 'timeout'", firth.SocketStream.ssl_connect, "localhost", 1,
                { timeout = 1 })
end

function TestTLSMisuse:test_what_is_no_stream_is_refused()
  assert_misuse("bad argument #1 to 'client' (firth.Stream expected, got nil)",
                firth.TLSStream.client)
  assert_misuse("bad argument #1 to 'server' (firth.Stream expected, got FILE* without",
                firth.TLSStream.server, io.stdout)
end

function TestTLSMisuse:test_options_that_contradict_each_other_are_refused()
  local stream <close> = fixtures.unix_pair()
  assert_misuse("", firth.TLSStream.server, stream, {})
  assert_misuse("", firth.TLSStream.client, stream, { check_hostname = true })
end
