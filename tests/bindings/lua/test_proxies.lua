-- Streams through real proxies to real rpyc.

local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"
local peers = require "peers"

local assert_fails, assert_misuse = fixtures.assert_fails, fixtures.assert_misuse
local LONG = fixtures.LONG

local Tunneled = firth.TunneledSocketStream

local function check_echo(stream)
  local channel <close> = firth.Channel(stream)
  for _, payload in ipairs { "", "x", fixtures.random_bytes(1 << 20) } do
    lu.assertTrue(channel:send(payload, LONG))
    lu.assertTrue(channel:recv(LONG) == payload)
  end
end

-- The same tests for each kind of proxy.
local function add_tests(class, kind, connect)
  function class:setUp()
    self.server, self.host, self.port = peers.start_server("echo", "tcp")
  end

  function class:tearDown()
    peers.stop(self.server)
  end

  function class:test_payloads_go_through()
    local program, proxy = peers.start_tunnel(kind)
    local _ <close> = peers.stopping(program)
    check_echo(assert(connect(proxy.host, proxy.port, self.host, self.port, { timeout = LONG })))
  end

  function class:test_a_user_may_have_to_log_in()
    local program, proxy = peers.start_tunnel(kind, "user", "sesame")
    local _ <close> = peers.stopping(program)
    local function log_in(password)
      return connect(proxy.host, proxy.port, self.host, self.port,
                     { user = "user", password = password, timeout = LONG })
    end
    check_echo(assert(log_in "sesame"))
    assert_fails("tunnel", log_in "barley")
    assert_fails("tunnel", connect(proxy.host, proxy.port, self.host, self.port))
  end

  function class:test_a_target_that_refuses_is_told()
    local program, proxy = peers.start_tunnel(kind)
    local _ <close> = peers.stopping(program)
    local listener = firth.Listener.listen("127.0.0.1", 0)
    local port = listener:port()
    listener:close()
    assert_fails("tunnel", connect(proxy.host, proxy.port, "127.0.0.1", port, { timeout = LONG }))
  end

  function class:test_the_death_of_the_proxy_ends_the_stream()
    local program, proxy = peers.start_tunnel(kind)
    local _ <close> = peers.stopping(program)
    local stream = assert(connect(proxy.host, proxy.port, self.host, self.port))
    program:write "kill\n"
    lu.assertEquals(peers.read_line(program), "killed")
    local result, _, code = firth.Channel(stream):recv(LONG)
    lu.assertNil(result)
    lu.assertTrue(code == "eof" or code == "connection_lost", code)
    lu.assertTrue(stream:closed())
  end

  function class:test_a_proxy_that_is_not_there_refuses()
    local bound, port = fixtures.refusing_port()
    assert_fails("refused", connect("127.0.0.1", port, self.host, self.port))
    bound:close()
  end

  function class:test_a_proxy_that_stalls_runs_into_the_time_out()
    local listener <close> = firth.Listener.listen("127.0.0.1", 0)
    assert_fails("timeout", connect("127.0.0.1", listener:port(), self.host, self.port,
                                    { timeout = 0.01 }))
  end

  function class:test_misuse_is_named()
    assert_misuse("bad argument #1", connect, 5, 1, "host", 1)
    assert_misuse("bad argument #3", connect, "host", 1, 5, 1)
    assert_misuse("unknown option 'users'", connect, "host", 1, "host", 1, { users = "me" })
    assert_misuse("bad option 'password' (string expected", connect, "host", 1, "host", 1,
                  { password = 5 })
  end
end

TestSocks5 = {}
add_tests(TestSocks5, "socks", Tunneled.socks5_connect)

TestHTTPConnect = {}
add_tests(TestHTTPConnect, "http", Tunneled.http_connect)
