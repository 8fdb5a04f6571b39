-- Streams through the system's ssh and a real sshd to real rpyc.

local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"
local peers = require "peers"

local assert_fails, assert_misuse = fixtures.assert_fails, fixtures.assert_misuse
local LONG = fixtures.LONG

local connect = firth.TunneledSocketStream.ssh_connect

TestSSH = {}

function TestSSH:setUp()
  self.sshd = peers.tunnel "sshd"
end

-- What reaches this sshd, with some of it replaced.
function TestSSH:options(replaced)
  local options = { ssh_port = self.sshd.port, user = self.sshd.user,
                    identity_file = self.sshd.identity_file, config_file = "none",
                    known_hosts = self.sshd.known_hosts, timeout = LONG }
  for name, value in pairs(replaced or {}) do
    options[name] = value
  end
  return options
end

function TestSSH:assert_refused(words, replaced)
  local result, message, code = connect(self.sshd.host, "127.0.0.1", 1, self:options(replaced))
  lu.assertNil(result)
  lu.assertStrContains(message, words)
  lu.assertEquals(code, "tunnel")
end

function TestSSH:test_payloads_go_through()
  local server, host, port = peers.start_server("echo", "tcp")
  local stream = assert(connect(self.sshd.host, host, port, self:options()))
  local channel = firth.Channel(stream)
  for _, payload in ipairs { "", "x", fixtures.random_bytes(1 << 20) } do
    lu.assertTrue(channel:send(payload, LONG))
    lu.assertTrue(channel:recv(LONG) == payload)
  end
  lu.assertTrue(channel:finish(LONG))
  peers.stop(server)
end

function TestSSH:test_a_key_that_is_refused_is_told_in_sshs_words()
  self:assert_refused("Permission denied", { identity_file = self.sshd.refused_identity_file })
end

function TestSSH:test_a_host_key_that_is_unknown_or_has_changed_is_refused()
  self:assert_refused("Host key verification failed",
                      { known_hosts = self.sshd.unknown_known_hosts })
  self:assert_refused("Host key verification failed",
                      { known_hosts = self.sshd.changed_known_hosts })
end

function TestSSH:test_a_target_that_refuses_is_told()
  local bound, port = fixtures.refusing_port()
  local _, message, code = connect(self.sshd.host, "127.0.0.1", port, self:options())
  bound:close()
  lu.assertEquals(code, "tunnel")
  lu.assertStrContains(message, "refused")
end

function TestSSH:test_the_death_of_the_tunnel_loses_the_connection()
  local program, sshd = peers.start_tunnel "sshd"
  local _ <close> = peers.stopping(program)
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  local stream = assert(connect("hop", "127.0.0.1", listener:port(),
                                { config_file = sshd.config_file, timeout = LONG }))
  program:write "kill\n"
  lu.assertEquals(peers.read_line(program), "killed")
  assert_fails("connection_lost", stream:read(1, LONG))
  lu.assertTrue(stream:closed())
end

function TestSSH:test_files_that_are_missing_are_named()
  for _, option in ipairs { "identity_file", "known_hosts", "config_file", "program" } do
    local result, message, code = connect("hop", "127.0.0.1", 1, { [option] = "/no/such/file" })
    lu.assertNil(result)
    lu.assertStrContains(message, "/no/such/file")
    lu.assertEquals(code, "file_not_found")
  end
end

function TestSSH:test_the_time_out_covers_everything()
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  assert_fails("timeout", connect("127.0.0.1", "127.0.0.1", 1, {
    ssh_port = listener:port(), config_file = "none", timeout = 0.01 }))
end

function TestSSH:test_misuse_is_named()
  assert_misuse("bad argument #1 to 'ssh_connect'", connect, nil, "host", 1)
  assert_misuse("bad argument #2 to 'ssh_connect'", connect, "hop", 5, 1)
  assert_misuse("bad argument #3 to 'ssh_connect'", connect, "hop", "host", "1")
  assert_misuse("bad option 'ssh_port' (integer from 0 to 65535", connect, "hop", "host", 1,
                { ssh_port = 70000 })
  assert_misuse("unknown option 'password'", connect, "hop", "host", 1, { password = "x" })
end
