# frozen_string_literal: true

# A payload over TLS, with certificates on both sides.
#
# Usage: ruby tls_client_certificate.rb HOST PORT KEYFILE CERTFILE CA_CERTS

require "firth"

begin
  host, port, keyfile, certfile, ca_certs = ARGV
  ssl_stream = Firth.create_ssl_stream(host, Integer(port), keyfile: keyfile, certfile: certfile,
                                                            ca_certs: ca_certs)
  puts "Connected by #{ssl_stream.tls_version}"
  Firth::Channel.open(ssl_stream) do |channel|
    channel.send("Hello over TLS")
    puts "Response: #{channel.recv}"
  end
rescue Firth::StreamError => e
  abort e.message
end
