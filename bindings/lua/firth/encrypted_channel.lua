local call = require "firth.call"
local channel = require "firth.channel"
local options = require "firth.options"

--- A channel between two ends of firth that share a key: a string of 16 to 64 bytes.
-- docs/encryption.md tells what it protects against.
--
-- firth.EncryptedChannel(stream, key [, options]): options: the others of firth.Channel.
-- Compression is off unless they say otherwise, as lengths then tell of contents. A hello is
-- sent here if that needs no waiting; the peer's is waited for by `handshake`, or else by the
-- first send or recv. What has been exchanged then says that the peer speaks this encryption;
-- that it has the key is known with the first payload received, or from `finish`, which
-- waits for it if something was sent ("timeout": the peer has not shown it).
--
-- Besides the others' errors sending, receiving and finishing fail with "encryption", which is
-- final: the peer's bytes were altered, or come from another key, or from no
-- EncryptedChannel. Bytes that end without the peer's `finish` are "connection_lost", also
-- between payloads. In a child of fork its calls fail with "forked".
return setmetatable({}, {
  __index = channel.Channel,
  __call = function(_, stream, key, given)
    call.check_type(key, "string", 2, "EncryptedChannel")
    local o = options.read(given, options.encrypted_channel)
    o.key = key
    return channel.create("EncryptedChannel", stream, o)
  end,
})
