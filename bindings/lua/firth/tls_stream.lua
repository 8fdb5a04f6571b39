local as_stream = require "firth.stream".as_stream
local call = require "firth.call"
local core = require "firth_core"
local options = require "firth.options"

local Stream = core.Stream

--- TLS over any stream or object of yours, which it keeps alive and closes with itself, and
-- which is not to be used beside it. docs/tls.md tells what is checked.
--
-- The options of all that speaks TLS; files are in PEM:
--
-- keyfile         private key; absent: it is in certfile
-- certfile        own certificate, then those above it
-- password        of an encrypted key; nobody is asked for it
-- ca_certs        who is trusted, instead of the system's store
-- ciphers         of TLS 1.2, in OpenSSL's words
-- server_name     whom the server's certificate must name; absent: the host
-- ssl_version     "TLSv1.2" or "TLSv1.3"; absent: the newest that both sides know
-- cert_reqs       "none", "optional" or "required", or CERT_NONE, CERT_OPTIONAL,
--                 CERT_REQUIRED; absent: required of a server, and of clients if there are
--                 ca_certs
-- check_hostname  absent: a client does, unless cert_reqs is "none"
--
-- Files are read when the stream is made: "file_not_found", "system" (unreadable), "tls"
-- (malformed, or key and certificate do not fit). Nothing is sent before the hand-shake,
-- which `handshake`, or else the first read, write or poll makes: "certificate" (the peer's
-- was refused, and why), "tls" (no common version, a peer that refuses or speaks no TLS).
--
-- Of streams that speak TLS; of others "not_supported":
--
-- stream:handshake([timeout])  true
-- stream:tls_version()         "TLSv1.3", once the hand-shake was made
-- stream:cipher()              "TLS_AES_256_GCM_SHA384", likewise
-- stream:peer_certificate()    DER, likewise; nil if the peer has shown none
Stream.handshake = core.tls_stream_handshake
Stream.tls_version = core.tls_stream_version
Stream.cipher = core.tls_stream_cipher

function Stream.peer_certificate(stream)
  local certificate, message, code = core.tls_stream_peer_certificate(stream)
  if certificate == "" then
    return nil
  end
  return certificate, message, code
end

local TLSStream = {}

--- client(stream [, options]): `server_name` is to be given, unless nobody checks it.
function TLSStream.client(stream, given)
  local o = options.read(given, options.tls)
  return call.construct("client", core.tls_stream_client, as_stream(stream, "client", true),
                        options.of_tls(o))
end

--- server(stream [, options]): needs a certfile.
function TLSStream.server(stream, given)
  local o = options.read(given, options.tls)
  return call.construct("server", core.tls_stream_server, as_stream(stream, "server", true),
                        options.of_tls(o))
end

return setmetatable(TLSStream, { __index = Stream })
