# frozen_string_literal: true

require_relative "fixtures"

class TestPipeStream < Minitest::Test
  include Fixtures

  def test_a_pair_is_connected_both_ways
    a, b = Firth::PipeStream.create_pair
    a.write("there")
    b.write("back")
    assert_equal %w[there back], [b.read(5), a.read(4)]
  end

  def test_a_pair_consists_of_pipe_streams
    assert_equal [Firth::PipeStream] * 2, Firth::PipeStream.create_pair.map(&:class)
  end

  def test_a_channel_runs_over_pipes
    a, b = Firth::PipeStream.create_pair.map { |stream| Firth::Channel.new(stream) }
    sender = Thread.new { a.send(big_payload) }
    assert_equal big_payload, b.recv
    sender.join
  end

  def test_its_descriptors_differ_for_reading_and_writing
    a, = Firth::PipeStream.create_pair
    refute_equal a.fileno, a.write_fileno
  end

  def test_io_objects_make_a_stream
    (reader, far_writer), (far_reader, writer) = IO.pipe, IO.pipe
    stream = Firth::PipeStream.new(reader, writer)
    far_writer.write("in")
    stream.write("out")
    assert_equal %w[in out], [stream.read(2), far_reader.readpartial(10)]
  end

  def test_closing_closes_both_io_objects
    (reader, _), (_, writer) = IO.pipe, IO.pipe
    Firth::PipeStream.new(reader, writer).close
    assert_equal [true, true], [reader.closed?, writer.closed?]
  end

  def test_what_the_reader_holds_is_delivered_first
    reader, far_writer = IO.pipe
    _, writer = IO.pipe
    far_writer.write("line\nheld")
    reader.gets
    stream = Firth::PipeStream.new(reader, writer)
    far_writer.write(" then")
    assert_equal "held then", stream.read(9)
  end

  def test_what_the_writer_holds_is_sent_first
    reader, = IO.pipe
    far_reader, writer = IO.pipe
    writer.sync = false
    writer.write("held ")
    Firth::PipeStream.new(reader, writer).write("then")
    assert_equal "held then", far_reader.readpartial(100)
  end

  def test_descriptors_make_a_stream_that_owns_them
    (reader, far_writer), (far_reader, writer) = IO.pipe, IO.pipe
    [reader, writer].each { |io| io.autoclose = false }
    stream = Firth::PipeStream.new(reader.fileno, writer.fileno)
    stream.close
    assert_nil far_reader.read(1)
    assert_raises(Errno::EPIPE) { far_writer.write("x") }
  end

  def test_a_descriptor_beside_an_io_object_is_closed_too
    (reader, far_writer), (far_reader, writer) = IO.pipe, IO.pipe
    reader.autoclose = false
    Firth::PipeStream.new(reader.fileno, writer).close
    assert_nil far_reader.read(1)
    assert_raises(Errno::EPIPE) { far_writer.write("x") }
    assert writer.closed?
  end

  def test_one_socket_can_be_both_ends
    near, far = socket_pair
    stream = Firth::PipeStream.new(near, near)
    stream.write("x")
    assert_equal "x", far.readpartial(1)
    stream.close
    assert near.closed?
  end

  def test_both_ends_of_popen_make_a_stream
    io = IO.popen("cat", "r+")
    stream = Firth::PipeStream.new(io, io)
    stream.write("to cat and back")
    assert_equal "to cat and back", stream.read(15)
    stream.close
  end

  def test_closing_popens_stream_does_not_wait_for_the_process
    io = IO.popen(%w[sleep 1000], "r+")
    pid = io.pid
    Firth::PipeStream.new(io, io).close
    assert_nil Process.waitpid(pid, Process::WNOHANG)
  ensure
    Process.kill(:KILL, pid)
  end

  def test_an_end_that_is_not_open_in_its_direction_is_refused_and_kept
    reader, writer = IO.pipe
    assert_raises(ArgumentError) { Firth::PipeStream.new(writer, reader) }
    writer.write("still mine")
    assert_equal "still mine", reader.readpartial(100)
  end

  def test_open_finishes_after_its_block
    reader, = IO.pipe
    far_reader, writer = IO.pipe
    Firth::PipeStream.open(reader, writer) { |stream| stream.write("x") }
    assert_equal "x", far_reader.read
  end

  FROM_STD = <<~'RUBY'
    require "firth"
    $stdout.write("first ")
    Firth::PipeStream.from_std do |stream|
      puts "stray"
      stream.write(stream.read(4))
    end
  RUBY

  def test_from_std_speaks_over_standard_input_and_output
    assert_equal ["first ping", 0], run_ruby(FROM_STD, input: "ping")
  end

  def test_from_std_delivers_what_was_read_ahead
    program = FROM_STD.sub("$stdout", "$stdin.gets; $stdout")
    assert_equal ["first ping", 0], run_ruby(program, input: "line\nping")
  end
end
