-- TLS with a client's certificate. Where it is refused, the reason is in the error.
-- Usage: lua5.4 tls_client_certificate.lua HOST PORT KEYFILE CERTFILE CA_CERTS

local firth = require "firth"

local host, port, keyfile, certfile, ca_certs = table.unpack(arg)
local stream = assert(firth.create_ssl_stream(host, math.tointeger(port), {
  keyfile = keyfile, certfile = certfile, ca_certs = ca_certs,
}))
local channel <close> = firth.Channel(stream)

print(("%s, %s"):format(stream:tls_version(), stream:cipher()))
assert(channel:send "Hello over TLS")
print("Response: " .. assert(channel:recv()))
