# frozen_string_literal: true

require_relative "fixtures"
require "json"

# Programs that the tests talk to, and what is made once for all of them.
module Peers
  SUPPORT = File.join(PROJECT, "tests/support")
  PYTHON = ENV.fetch("PYTHON", "python3")
  # Nothing here should take as long.
  LONG = 20

  class << self
    # The path of a file that tests/support/certificates.py makes.
    def certificate(name)
      @certificates ||= make_certificates
      File.join(@certificates, name)
    end

    # What tests/support/tunnels.py tells of one that is there for all tests.
    def tunnel(kind)
      @tunnels ||= {}
      @tunnels[kind] ||= start_tunnel(kind)
    end

    def environment(*packages)
      folders = packages.map { |name| File.join(ENV.fetch("FIRTH_PEERS"), name) }
      { "PYTHONPATH" => folders.join(":"), "PYTHONDONTWRITEBYTECODE" => "1" }
    end

    private

    def make_certificates
      folder = Dir.mktmpdir("firth-certificates-")
      at_exit { FileUtils.remove_entry(folder) }
      made = system(environment("certificates"), PYTHON, File.join(SUPPORT, "certificates.py"), folder)
      made ? folder : raise("no certificates were made")
    end

    def start_tunnel(kind)
      program = IO.popen([PYTHON, File.join(SUPPORT, "tunnels.py"), kind], "r+")
      at_exit { program.close }
      JSON.parse(program.gets || raise("no #{kind} was started"), symbolize_names: true)
    end
  end

  def certificate(name)
    Peers.certificate(name)
  end

  # The options of a server, and of a client that trusts it.
  def server_options(**others)
    { certfile: certificate("server.crt"), keyfile: certificate("server.key"), **others }
  end

  def client_options(**others)
    { ca_certs: certificate("ca.crt"), server_name: "localhost", **others }
  end

  # Both ends of TLS over two streams, with hands shaken.
  def tls_over(near, far, of_client: {}, of_server: {})
    client = Firth::TLSStream.client(near, **client_options(**of_client))
    server = Firth::TLSStream.server(far, **server_options(**of_server))
    shake_hands(client, server)
    [client, server]
  end

  def shake_hands(client, server)
    other = Thread.new { server.handshake }
    other.report_on_exception = false
    client.handshake
    other.join
  rescue StandardError
    server.close
    raise
  end

  # Runs tests/interop/examples/peer.py with stock rpyc; yields its host and port.
  def with_rpyc_server(*arguments)
    command = [Peers::PYTHON, File.join(PROJECT, "tests/interop/examples/peer.py"), *arguments]
    IO.popen([Peers.environment("rpyc-6.0.2"), *command], "r+") do |io|
      _, _, host, port = io.gets.split
      yield host, Integer(port)
    end
    assert $?.success?, "the peer failed"
  end
end
