# frozen_string_literal: true

module Firth
  # A stream over two handles of Windows. Elsewhere every constructor is a
  # NotSupportedError, "...: only on Windows".
  class Win32PipeStream < Stream
    Lend.to_instances(self, :win32_pipe_stream_create)
    Lend.to_class(self, :win32_pipe_stream_from_std)
    Lend.to_class(self, :win32_pipe_stream_create_pair)

    # As PipeStream.from_std.
    def self.from_std(&block)
      Ending.of(win32_pipe_stream_from_std, &block)
    end

    # As PipeStream.create_pair.
    def self.create_pair(&block)
      Ending.of(*win32_pipe_stream_create_pair, &block)
    end

    # Handles are Integers.
    def initialize(incoming, outgoing)
      win32_pipe_stream_create(incoming, outgoing)
    end
  end

  # A stream over a named pipe of Windows. Elsewhere as Win32PipeStream.
  class NamedPipeStream < Win32PipeStream
    Lend.to_instances(self, :named_pipe_stream_create)
    Lend.to_class(self, :named_pipe_stream_create_server)
    Lend.to_class(self, :named_pipe_stream_create_client)
    Lend.to_instances(self, :named_pipe_stream_connect_server)

    # The server's side of a new pipe; with `connect` it waits up to `timeout` seconds for
    # the client. A block as for SocketStream.connect.
    def self.create_server(pipename, connect: true, timeout: nil, &block)
      Ending.of(named_pipe_stream_create_server(pipename, connect, timeout), &block)
    end

    # The client's side of a pipe that exists.
    def self.create_client(pipename, &block)
      Ending.of(named_pipe_stream_create_client(pipename), &block)
    end

    # A handle is an Integer.
    def initialize(handle, is_server_side)
      named_pipe_stream_create(handle, is_server_side)
    end

    # Waits for the client of a server's side that was created without.
    def connect_server(timeout: nil)
      named_pipe_stream_connect_server(self, timeout)
    end
  end
end
