local call = require "firth.call"
local core = require "firth_core"
local options = require "firth.options"

local check_type, construct = call.check_type, call.construct

--- Accepts connections.
--
-- listener:accept([timeout])   the next connection, a stream; absent: for ever.
--                              Fails with "timeout", "closed", "system"
-- listener:port()              the TCP port, as the system chose it; 0 for unix
-- listener:path()              the unix socket's path, "" for TCP
-- listener:fileno()            readable when a connection waits
-- listener:close()             stops listening; removes the unix socket
-- listener:closed()
-- listener:wake()              makes the next accept that would block fail with
--                              "interrupted"
local Listener = core.Listener

--- Listens on a TCP port of this machine: 0 for one that the system chooses; `host`
-- nil or "" for every address. options: ipv6, nodelay, keepalive (as in connect, for
-- what is accepted), backlog (128). Fails with "host_not_found", "system".
function Listener.listen(host, port, given)
  if host ~= nil then
    check_type(host, "string", 1, "listen")
  end
  check_type(port, "number", 2, "listen")
  local o = options.read(given, options.listen)
  return construct("listen", core.listener_listen, host, port, o.ipv6, o.backlog, o.nodelay,
                   o.keepalive)
end

--- The same for TLS. options: those of TLSStream too; a certfile is needed. Files are read
-- once, here. What is accepted has not shaken hands, so that a silent peer holds up nobody.
-- Fails with "file_not_found", "tls" too.
function Listener.tls_listen(host, port, given)
  if host ~= nil then
    check_type(host, "string", 1, "tls_listen")
  end
  check_type(port, "number", 2, "tls_listen")
  local o = options.read(given, options.tls_listen)
  return construct("tls_listen", core.listener_tls_listen, host, port, o.ipv6, o.backlog,
                   o.nodelay, o.keepalive, options.of_tls(o))
end

--- Listens on a unix socket at `path`, which must not exist. options: backlog (128).
-- Fails with "file_not_found" (its folder), "system".
function Listener.unix_listen(path, given)
  check_type(path, "string", 1, "unix_listen")
  local o = options.read(given, options.unix_listen)
  return construct("unix_listen", core.listener_unix_listen, path, o.backlog)
end

return Listener
