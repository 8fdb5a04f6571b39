# frozen_string_literal: true

module Firth
  # A stream over two simplex pipes.
  class PipeStream < Stream
    Lend.to_class(self, :pipe_stream_create_pair)
    Lend.to_class(self, :pipe_stream_from_std)
    Lend.to_instances(self, :pipe_stream_from_ends)
    Lend.to_class(self, :pipe_stream_spawn)
    Lend.to_instances(self, :pipe_stream_exit_status)
    Lend.to_instances(self, :pipe_stream_process_id)

    # Two streams over two new pipes: what one writes the other reads. Yields both if
    # there is a block, as SocketStream.connect does.
    def self.create_pair(&block)
      Ending.of(*pipe_stream_create_pair, &block)
    end

    # A stream over this process's standard input and output. Afterwards descriptors 0
    # and 1 are the null device, so that a stray puts cannot corrupt a frame. What
    # $stdout held is written first, what $stdin held is delivered first.
    def self.from_std(&block)
      STDOUT.flush
      stream = pipe_stream_from_std
      Handover.unread(stream, STDIN)
      Ending.of(stream, &block)
    end

    # The standard input and output of a new child process. cmd_args: the program and its
    # arguments. Yields the stream if there is a block, as SocketStream.connect does.
    #
    # cwd::    its working folder
    # env::    its whole environment, a Hash
    # stderr:: where its error output goes: nil, where this process's does; "discard"; an
    #          IO or a descriptor, which stays the caller's
    #
    # finish closes the child's input, waits until it has ended, sends SIGTERM after half of
    # the time, and kills it at the end (TimeoutError). close leaves it to itself. Neither
    # leaves a zombie. Errno::ENOENT and the like if there is no such program or folder.
    def self.spawn(cmd_args, cwd: nil, env: nil, stderr: nil, &block)
      stream = pipe_stream_spawn(Command.words(cmd_args), Command.folder(cwd),
                                 Command.environment(env), Command.error_output(stderr))
      Ending.of(stream, &block)
    end

    # The number of the child process. NotSupportedError if there is none.
    def pid
      pipe_stream_process_id(self)
    end

    # Waits up to `timeout` seconds until the child has ended: its exit status, or the
    # negative number of the signal that killed it. After close and finish too. TimeoutError.
    def exit_status(timeout: nil)
      pipe_stream_exit_status(self, timeout)
    end

    # PipeStream.new, with a block as for SocketStream.connect.
    def self.open(incoming, outgoing, &block)
      Ending.of(new(incoming, outgoing), &block)
    end

    # A stream that reads from one end and writes to another: IO objects (pipes,
    # sockets, terminals, files, both ends of popen's; the two may be the same) or
    # descriptors. The stream keeps them alive and closes them. What `outgoing` holds
    # is flushed, what `incoming` has read ahead is delivered first. ArgumentError if
    # an end is not open in that direction, IOError if it is closed.
    def initialize(incoming, outgoing)
      reader = Handover.descriptor(incoming)
      Handover.flush(outgoing)
      pipe_stream_from_ends(incoming.is_a?(IO) ? incoming : nil, reader,
                            outgoing.is_a?(IO) ? outgoing : nil,
                            Handover.write_descriptor(outgoing))
      Handover.unread(self, incoming)
    end
  end

  # What a child process is started with, in the terms of the extension.
  module Command
    def self.words(cmd_args)
      unless cmd_args.is_a?(Array)
        raise TypeError, "expected an Array, the program and its arguments, not #{cmd_args.class}"
      end

      cmd_args.map { |word| word.respond_to?(:to_path) ? word.to_path : word }
    end

    def self.folder(cwd)
      cwd.respond_to?(:to_path) ? cwd.to_path : cwd
    end

    # "NAME=value" for each.
    def self.environment(env)
      return if env.nil?
      raise TypeError, "expected env as a Hash, not #{env.class}" unless env.is_a?(Hash)

      env.map do |name, value|
        unless name.is_a?(String) && value.is_a?(String)
          raise TypeError, "env: expected Strings, not #{name.inspect} => #{value.inspect}"
        end
        if name.empty? || name.include?("=")
          raise ArgumentError, "env: expected a name without '=', not #{name.inspect}"
        end

        "#{name}=#{value}"
      end
    end

    def self.error_output(stderr)
      return STDERR_INHERIT if stderr.nil?
      return STDERR_DISCARD if stderr == "discard"

      descriptor = stderr.is_a?(Integer) ? stderr : Handover.write_descriptor(stderr)
      raise ArgumentError, "stderr: expected a descriptor, not #{stderr}" if descriptor.negative?

      Handover.flush(stderr)
      descriptor
    end
  end
  private_constant :Command
end
