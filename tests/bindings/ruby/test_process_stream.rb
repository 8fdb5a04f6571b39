# frozen_string_literal: true

require_relative "fixtures"
require "pathname"

# Child processes as streams.
class TestProcessStream < Minitest::Test
  include Fixtures

  class Poke < StandardError; end

  def spawn(arguments, **options)
    stream = Firth::PipeStream.spawn(arguments, **options)
    (@children ||= []) << stream
    stream
  end

  def teardown
    @children&.each do |stream|
      kill(stream) unless ended?(stream)
    rescue Errno::ESRCH
      nil # it has ended meanwhile
    end
  end

  def ended?(stream)
    stream.exit_status(timeout: 0)
    true
  rescue Firth::TimeoutError
    false
  end

  def kill(stream)
    Process.kill(:KILL, stream.pid)
    stream.exit_status(timeout: 20)
  end

  # A child that runs a text of Ruby.
  def ruby_child(program, *arguments, **options)
    spawn([RbConfig.ruby, "--disable-gems", "-e", program, *arguments], **options)
  end

  def shell(text, **options)
    spawn(["/bin/sh", "-c", text], **options)
  end

  def output_of(stream)
    output = +""
    loop { output << stream.read_some(1000) }
  rescue Firth::ConnectionLostError
    output
  end

  # Whether the process is there, dead or alive.
  def there?(pid)
    File.exist?("/proc/#{pid}")
  end

  def test_what_is_written_is_its_input_and_what_is_read_its_output
    Firth.create_pipe_stream(["cat"]) do |stream|
      stream.write("firth")
      assert_equal [Firth::PipeStream, "firth"], [stream.class, stream.read(5)]
    end
  end

  def test_the_channel_of_rpyc_is_a_child
    folder = File.join(ENV.fetch("FIRTH_PEERS"), "rpyc-6.0.2")
    program = File.join(PROJECT, "tests/interop/examples/stdio_echo.py")
    stream = spawn([ENV.fetch("PYTHON", "python3"), program],
                                     env: { "PYTHONPATH" => folder, "PYTHONDONTWRITEBYTECODE" => "1" })
    Firth::Channel.open(stream) do |channel|
      [0, 1, 65_536, 4 << 20].each do |size|
        channel.send(big_payload(size))
        assert_equal big_payload(size), channel.recv
      end
    end
    assert_equal 0, stream.exit_status(timeout: 0)
  end

  def test_arguments_arrive_as_they_are
    words = ["a b", "", "$HOME", "é", "x" * 5000]
    stream = spawn(["printf", "%s\n", *words])
    assert_equal words.join("\n") + "\n", output_of(stream).force_encoding("UTF-8")
  end

  def test_a_path_may_be_a_pathname
    Dir.mktmpdir do |folder|
      stream = spawn([Pathname("/bin/pwd")], cwd: Pathname(folder))
      assert_equal "#{File.realpath(folder)}\n", output_of(stream)
    end
  end

  def test_the_environment_is_the_whole_of_it
    stream = spawn(["/usr/bin/env"], env: { "ONE" => "1", "TWO" => "a=b" })
    assert_equal %w[ONE=1 TWO=a=b], output_of(stream).split("\n").sort
    assert_includes output_of(shell("echo $PATH")), ENV.fetch("PATH")
  end

  def test_error_output_goes_where_it_is_told
    reader, writer = IO.pipe
    [writer, writer.fileno].each do |stderr|
      shell("echo oops >&2", stderr: stderr).finish(timeout: 20)
      assert_equal "oops\n", reader.gets
    end
    refute writer.closed?
    output, = run_ruby(<<~'RUBY')
      require "firth"
      Firth::PipeStream.spawn(["/bin/sh", "-c", "echo seen >&2"]).finish
      Firth::PipeStream.spawn(["/bin/sh", "-c", "echo unseen >&2"], stderr: "discard").finish
    RUBY
    assert_equal "seen\n", output
  end

  def test_the_exit_status_is_told
    assert_equal 7, shell("exit 7").exit_status(timeout: 20)
    assert_equal(-9, shell("kill -9 $$").exit_status(timeout: 20))
    stream = shell("exit 3")
    stream.finish
    assert_equal 3, stream.exit_status
  end

  def test_the_status_of_one_that_runs_is_a_time_out
    stream = spawn(["cat"])
    [0, 0.001].each { |time| assert_raises(Firth::TimeoutError) { stream.exit_status(timeout: time) } }
    stream.finish
    assert_equal 0, stream.exit_status(timeout: 0)
  end

  def test_the_number_is_the_childs
    stream = shell("echo $$")
    assert_equal stream.pid, Integer(output_of(stream).chomp)
  end

  def test_finish_waits_for_the_end
    stream = ruby_child("STDIN.read; exit 5")
    stream.finish(timeout: 20)
    assert_equal 5, stream.exit_status(timeout: 0)
    refute there?(stream.pid)
  end

  def test_finish_over_a_channel_and_a_buffered_stream_waits_too
    stream = ruby_child("exit STDIN.read.size")
    buffered = Firth::BufferedStream.new(stream)
    buffered.write("four")
    buffered.finish(timeout: 20)
    assert_equal 4, stream.exit_status(timeout: 0)
  end

  def test_finish_terminates_and_then_kills
    stream = shell("trap '' TERM; echo ready; exec 0<&-; while :; do sleep 1; done")
    stream.read(6)
    assert_raises(Firth::TimeoutError) { stream.finish(timeout: 0.1) }
    assert_equal [true, -9], [stream.closed?, stream.exit_status(timeout: 20)]
    stream = shell("echo ready; exec sleep 1000")
    stream.read(6)
    stream.finish(timeout: 4)
    assert_equal(-15, stream.exit_status(timeout: 20))
  end

  def test_close_waits_for_nothing_and_leaves_no_zombie
    stream = spawn(["cat"])
    stream.close
    assert_equal 0, stream.exit_status(timeout: 20)
    refute there?(stream.pid)
  end

  def test_the_end_of_the_child_ends_the_stream
    stream = shell("exit 3")
    error = assert_raises(Firth::ConnectionLostError) { stream.read(1) }
    assert_equal true, error.clean?
  end

  CALLS = { exit_status: lambda(&:exit_status), finish: ->(stream) { stream.finish(timeout: nil) },
            read: ->(stream) { stream.read(1) } }.freeze

  CALLS.each do |name, call|
    define_method("test_thread_raise_and_kill_stop_a_blocked_#{name}") do
      [->(thread) { thread.raise(Poke) }, lambda(&:kill)].each do |stop|
        stream = shell("exec sleep 1000")
        thread = blocked { call.call(stream) }
        stop.call(thread)
        thread.join
        assert_equal(-9, kill(stream))
      end
    end
  end

  def test_an_interrupted_finish_leaves_the_child_to_itself
    ours, theirs = socket_pair
    stream = ruby_child("STDIN.read; STDERR.write('finishing'); sleep", stderr: theirs)
    thread = blocked { stream.finish(timeout: nil) }
    assert_equal "finishing", ours.readpartial(100)
    thread.raise(Poke)
    assert_instance_of Poke, thread.value
    assert_equal [true, false], [stream.closed?, ended?(stream)]
  end

  def test_a_signal_handler_runs_while_finish_waits_and_finish_goes_on
    ours, theirs = socket_pair
    before = trap("USR1") { ours.write_nonblock("x\n") }
    stream = ruby_child(<<~'RUBY', stderr: theirs)
      STDIN.read
      go_on = IO.for_fd(2, "r")
      2.times do
        Process.kill(:USR1, Process.ppid)
        go_on.gets
      end
      exit!(7)
    RUBY
    stream.finish(timeout: 20)
    assert_equal 7, stream.exit_status(timeout: 0)
  ensure
    trap("USR1", before)
  end

  def test_no_descriptor_is_inherited_or_left
    reader, writer = IO.pipe
    [reader, writer].each { |io| io.close_on_exec = false }
    stream = shell("ls /proc/self/fd")
    assert_equal %w[0 1 2 3], output_of(stream).split
    stream.finish
    GC.start
    before = descriptors
    10.times { shell("exit 0").finish }
    assert_operator descriptors, :<=, before
  end

  def test_a_child_of_fork_leaves_it_alone
    stream = spawn(["cat"])
    assert_equal(0, in_child { stream.finish.nil? })
    stream.write("x")
    assert_equal "x", stream.read(1)
    stream.finish
  end

  { "no/such" => {}, "no-such-program-anywhere" => {}, "cat" => { cwd: "/no/such" } }.each do |program, options|
    define_method("test_what_is_missing_is_an_error_at_once_#{program}") do
      before = descriptors
      assert_raises(Errno::ENOENT) { spawn([program], **options) }
      assert_operator descriptors, :<=, before
    end
  end

  def test_a_folder_and_a_text_are_no_programs
    assert_raises(Errno::EACCES) { spawn(["/tmp"]) }
  end

  [nil, "cat", 5, { "a" => 1 }, [5], ["cat", nil], [:cat]].each do |arguments|
    define_method("test_#{arguments.inspect}_is_no_command") do
      assert_raises(TypeError) { Firth::PipeStream.spawn(arguments) }
    end
  end

  [[], [""], ["a\0b"]].each do |arguments|
    define_method("test_#{arguments.inspect}_names_no_program") do
      assert_raises(ArgumentError) { Firth::PipeStream.spawn(arguments) }
    end
  end

  { env: [5, ["A=b"], { a: "b" }, { "A" => 1 }], cwd: [5], stderr: [5.5, :discard, Object.new] }.each do |name, values|
    values.each_with_index do |value, i|
      define_method("test_#{name}_of_another_type_is_a_type_error_#{i}") do
        assert_raises(TypeError) { spawn(["cat"], name => value) }
      end
    end
  end

  { env: { "A=B" => "c" }, stderr: -5, cwd: "a\0b" }.each do |name, value|
    define_method("test_a_wrong_#{name}_is_an_argument_error") do
      assert_raises(ArgumentError) { spawn(["cat"], name => value) }
    end
  end

  def test_other_streams_have_no_child
    stream, = Firth::PipeStream.create_pair
    assert_raises(Firth::NotSupportedError) { stream.pid }
    assert_raises(Firth::NotSupportedError) { stream.exit_status }
    assert_raises(TypeError) { Firth::PipeStream.allocate.pid }
  end
end
