-- A stream of one's own: TLS, and a token that the peer must accept before anything else.
-- Usage: lua5.4 custom_secure_stream.lua HOST PORT CA_CERTS TOKEN
--
-- The document's reads up to 100 bytes for the answer, and might so take more than that;
-- it ignores how much of a write was taken.

local firth = require "firth"

local CustomSecureStream = {}
CustomSecureStream.__index = CustomSecureStream

local function connect(host, port, ca_certs, token)
  local stream = assert(firth.create_ssl_stream(host, port, { ca_certs = ca_certs }))
  assert(stream:write(token))
  if assert(stream:read(#"AUTH_OK")) ~= "AUTH_OK" then
    stream:close()
    error("Authentication failed", 0)
  end
  return setmetatable({ stream = stream }, CustomSecureStream)
end

-- What firth's own methods give when they fail is passed on as it is.
function CustomSecureStream:read(length)
  return self.stream:read_some(length)
end

function CustomSecureStream:write(data)
  return self.stream:write(data)
end

function CustomSecureStream:poll(timeout)
  return self.stream:poll(timeout)
end

function CustomSecureStream:close()
  return self.stream:close()
end

function CustomSecureStream:closed()
  return self.stream:closed()
end

local host, port, ca_certs, token = table.unpack(arg)
local channel <close> = firth.Channel(connect(host, math.tointeger(port), ca_certs, token))

assert(channel:send "Hello RPyC")
print("Response: " .. assert(channel:recv()))
