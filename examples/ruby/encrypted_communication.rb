# frozen_string_literal: true

# Two ends that share a passphrase, and encrypt what they say to each other.
#
# Usage: ruby encrypted_communication.rb listen PASSPHRASE SALT
#        ruby encrypted_communication.rb connect HOST PORT PASSPHRASE SALT
#
# The salt is at least 16 bytes, need not be secret, and is best random: one for each pair of
# ends that shares a passphrase.

require "firth"

# Answers one peer, until that has finished.
def listen(key)
  listener = Firth::Listener.listen("127.0.0.1", 0)
  puts "listening tcp 127.0.0.1 #{listener.port}"
  $stdout.flush
  Firth::EncryptedChannel.open(listener.accept, key) do |channel|
    loop { channel.send(channel.recv.upcase) }
  rescue Firth::ConnectionLostError => e
    raise unless e.clean? # a peer that only vanished may have had more to say
  end
  puts "The peer has finished"
end

def connect(host, port, key)
  Firth::EncryptedChannel.open(Firth::SocketStream.connect(host, port), key) do |channel|
    channel.send("hello, brine")
    puts "Response: #{channel.recv}"
  end
end

begin
  role, *where, passphrase, salt = ARGV
  key = Firth.key_from_passphrase(passphrase, salt)
  role == "listen" ? listen(key) : connect(where[0], Integer(where[1]), key)
rescue Firth::StreamError => e
  abort e.message
end
