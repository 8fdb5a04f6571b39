-- Two ends that share a passphrase, and encrypt what they say to each other.
--
-- Usage: lua5.4 encrypted_communication.lua listen PASSPHRASE SALT
--        lua5.4 encrypted_communication.lua connect HOST PORT PASSPHRASE SALT
--
-- The salt is at least 16 bytes, need not be secret, and is best random: one for each pair of
-- ends that shares a passphrase.

local firth = require "firth"

local function check(...)
  if ... then
    return ...
  end
  io.stderr:write(select(2, ...), "\n")
  os.exit(1, true)
end

-- Answers one peer, until that has finished.
local function listen(key)
  local listener = check(firth.Listener.listen("127.0.0.1", 0))
  print("listening tcp 127.0.0.1 " .. listener:port())
  io.stdout:flush()
  local channel = check(firth.EncryptedChannel(check(listener:accept()), key))
  listener:close()
  while true do
    local payload, message, code = channel:recv()
    if code == "eof" then -- a peer that only vanished gives "connection_lost"
      break
    end
    check(channel:send(check(payload, message):upper()))
  end
  check(channel:finish())
  print "The peer has finished"
end

local function connect(host, port, key)
  local stream = check(firth.SocketStream.connect(host, math.tointeger(port)))
  local channel = check(firth.EncryptedChannel(stream, key))
  check(channel:send "hello, brine")
  print("Response: " .. check(channel:recv()))
  check(channel:finish())
end

local passphrase, salt = arg[#arg - 1], arg[#arg]
local key = check(firth.key_from_passphrase(passphrase, salt))
if arg[1] == "listen" then
  listen(key)
else
  connect(arg[2], arg[3], key)
end
