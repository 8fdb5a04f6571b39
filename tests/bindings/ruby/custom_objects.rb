# frozen_string_literal: true

# Objects of a user's that can lie under a stream or a channel.

# The four methods over a socket of Ruby's; what it was called with is in `calls`.
class Plain
  attr_reader :calls

  def initialize(socket)
    @socket = socket
    @calls = []
  end

  def read(length)
    @calls << [:read, length]
    @socket.read(length)
  end

  def write(data)
    @calls << [:write, data]
    @socket.write(data)
    nil
  end

  def close
    @calls << [:close]
    @socket.close
  end

  def closed?
    @socket.closed?
  end

  def calls_of(name)
    @calls.select { |call, *| call == name }
  end
end

# The same with poll and fileno.
class Polling < Plain
  def poll(timeout)
    @calls << [:poll, timeout]
    @socket.wait_readable(timeout) ? true : false
  end

  def fileno
    @socket.fileno
  end
end

# The four methods over a stream of firth's, and none that all objects have.
class Bare < BasicObject
  def initialize(stream) = @stream = stream
  def read(length) = @stream.read(length)
  def write(data) = @stream.write(data)
  def close = @stream.close
  def closed? = @stream.closed?
end

# One that gives what is there.
class Some < Polling
  def read_some(length)
    @calls << [:read_some, length]
    @socket.readpartial(length)
  rescue EOFError
    nil
  end
end

# The document's: counts what goes through a stream of firth's.
class Monitored
  attr_reader :bytes_read, :bytes_written

  def initialize(stream)
    @stream = stream
    @bytes_read = @bytes_written = 0
  end

  def read(length)
    bytes = @stream.read_some(length)
    @bytes_read += bytes.bytesize
    bytes
  end

  def write(data)
    count = @stream.write_some(data)
    @bytes_written += count
    count
  end

  def poll(timeout)
    @stream.poll(timeout)
  end

  def close
    @stream.close
  end

  def closed?
    @stream.closed?
  end
end

# The document's CustomSecureStream: a line that says who we are comes first.
class Authenticated < Monitored
  def self.connect(stream, token)
    stream.write("#{token}\n")
    raise SecurityError, "Authentication failed" unless stream.read(3) == "OK\n"

    new(stream)
  end
end

# A program of methods: what each is given as a block, it does. Closed says whether.
class Scripted
  attr_accessor :closed, :closes

  def initialize(read: ->(_) {}, write: ->(_) {}, close: -> {})
    @read = read
    @write = write
    @close = close
    @closed = false
    @closes = 0
  end

  def read(length)
    @read.call(length)
  end

  def write(data)
    @write.call(data)
  end

  def close
    @closes += 1
    @close.call
  ensure
    @closed = true
  end
end
