# frozen_string_literal: true

# A stream of one's own: Ruby's openssl, and a token before the first payload.
#
# Usage: ruby custom_secure_stream.rb HOST PORT CA_CERTS TOKEN

require "firth"
require "openssl"

# A stream over an SSL socket, once the server has accepted the token. Beyond the
# document's: it sends all of what it is given, and can poll.
class CustomSecureStream
  def initialize(host, port, ca_certs, auth_token)
    context = OpenSSL::SSL::SSLContext.new
    context.set_params(ca_file: ca_certs)
    @ssl_socket = OpenSSL::SSL::SSLSocket.new(TCPSocket.new(host, port), context)
    @ssl_socket.sync_close = true
    @ssl_socket.hostname = host # what the certificate must name
    @ssl_socket.connect
    authenticate(auth_token)
  end

  def read(count)
    @ssl_socket.readpartial(count)
  rescue EOFError
    nil
  end

  def write(data)
    @ssl_socket.write(data)
  end

  def poll(timeout)
    @ssl_socket.pending.positive? || !@ssl_socket.to_io.wait_readable(timeout).nil?
  end

  def close
    @ssl_socket.close
  end

  def closed?
    @ssl_socket.closed?
  end

  private

  def authenticate(token)
    @ssl_socket.sync = true
    @ssl_socket.write(token)
    return if read(100) == "AUTH_OK"

    close
    raise SecurityError, "Authentication failed"
  end
end

begin
  host, port, ca_certs, token = ARGV
  stream = CustomSecureStream.new(host, Integer(port), ca_certs, token)
  Firth::Channel.open(stream) do |channel|
    channel.send("Hello RPyC")
    puts "Response: #{channel.recv}"
  end
rescue OpenSSL::SSL::SSLError, SystemCallError, SecurityError => e
  abort e.message
end
