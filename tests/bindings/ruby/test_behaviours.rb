# frozen_string_literal: true

require_relative "fixtures"
require_relative "kinds"

# One suite of behaviours over every kind of stream, by name.
module Behaviours
  class Poke < StandardError; end

  LONG = Peers::LONG

  def setup
    @here, @there = public_send(self.class::KIND)
  end

  def teardown
    [@here, @there].each do |stream|
      stream.close
    rescue Firth::UnsentError
      nil
    end
  end

  # Some collect what is written until a flush.
  def say(stream, data)
    stream.write(data)
    stream.flush
  end

  # Closing may tell of bytes that the peer has not taken.
  def close(stream)
    stream.close
  rescue Firth::UnsentError
    nil
  end

  def test_read_gives_exactly_what_was_asked_for
    say(@there, "abcdef")
    assert_equal %w[abcd ef], [@here.read(4), @here.read(2)]
  end

  def test_read_some_takes_what_is_there
    say(@there, "abc")
    @here.poll(LONG)
    assert_equal "abc", @here.read_some(100)
  end

  def test_write_takes_all_of_it
    reader = Thread.new { @there.read(big_payload.bytesize) }
    say(@here, big_payload)
    assert_equal big_payload, reader.value
  end

  def test_poll_says_whether_there_is_something
    before = @here.poll
    say(@there, "x")
    assert_equal [false, true, "x", false], [before, @here.poll(LONG), @here.read(1), @here.poll]
  end

  def test_a_time_out_loses_nothing
    assert_raises(Firth::TimeoutError) { @here.read(4, timeout: 0) }
    say(@there, "ab")
    @here.poll(LONG)
    assert_raises(Firth::TimeoutError) { @here.read(4, timeout: 0.001) }
    say(@there, "cd")
    assert_equal "abcd", @here.read(4, timeout: LONG)
  end

  def test_its_own_time_out_holds_for_calls_that_give_none
    @here.timeout = 0
    assert_raises(Firth::TimeoutError) { @here.read(1) }
    say(@there, "x")
    assert_equal "x", @here.read(1, timeout: nil)
  end

  def test_close_from_another_thread_wakes_a_reader
    thread = blocked { @here.read(1) }
    close(@here)
    assert_kind_of IOError, thread.value
    assert_raises(Firth::ClosedError) { @here.poll }
  end

  def test_the_end_comes_after_the_last_bytes
    say(@there, "last")
    @there.finish(timeout: LONG)
    assert_equal ["last", true], [@here.read(4), @here.poll(LONG)]
    2.times { assert assert_raises(Firth::ConnectionLostError) { @here.read(1) }.clean? }
    assert @here.closed?
  end

  def test_the_end_inside_a_read_is_a_lost_connection
    say(@there, "ab")
    @there.finish(timeout: LONG)
    refute assert_raises(Firth::ConnectionLostError) { @here.read(4) }.clean?
  end

  def test_finish_ends_the_other_side
    @here.write("last")
    ending = Thread.new { @here.finish }
    assert_equal "last", @there.read(4)
    assert assert_raises(Firth::ConnectionLostError) { @there.read(1) }.clean?
    close(@there)
    ending.join
  end

  def test_one_thread_reads_while_another_writes
    writers = [@here, @there].map { |stream| Thread.new { say(stream, big_payload(1 << 20)) } }
    readers = [@here, @there].map { |stream| Thread.new { stream.read(1 << 20) } }
    assert_equal [big_payload(1 << 20)] * 2, readers.map(&:value)
    writers.each(&:join)
  end

  def test_payloads_of_both_sides_pass_each_other
    channels = [@here, @there].map { |stream| Firth::Channel.new(stream) }
    payloads = channels.map do |channel|
      Thread.new do
        sender = Thread.new { channel.send(big_payload(1 << 20)) && channel.flush }
        channel.recv.tap { sender.join }
      end
    end
    channels.each { |channel| channel.flush if channel.stream.is_a?(Firth::BufferedStream) }
    assert_equal [big_payload(1 << 20)] * 2, payloads.map(&:value)
  end

  # What code of Ruby's below has just read, an interruption of that code loses.
  def test_an_interruption_stops_a_reader_and_loses_nothing
    before = @here.counters.bytes_read
    say(@there, "ab")
    @here.poll(LONG)
    thread = blocked { @here.read(4) }
    Thread.pass until @here.counters.bytes_read >= before + 2
    thread.raise(Poke)
    assert_instance_of Poke, thread.value
    say(@there, "cd")
    assert_equal "abcd", @here.read(4)
  end

  def test_a_killed_reader_leaves_the_turn_to_others
    thread = blocked { @here.read(1) }
    thread.kill.join
    say(@there, "x")
    assert_equal "x", @here.read(1)
  end

  def test_unread_bytes_come_first
    say(@there, "cd")
    @here.unread("ab")
    assert_equal "abcd", @here.read(4)
  end

  def test_the_bytes_are_counted
    before = @here.counters
    say(@there, "abc")
    @here.read(3)
    say(@here, "de")
    assert_equal [3, 2], [@here.counters.bytes_read - before.bytes_read,
                          @here.counters.bytes_written - before.bytes_written]
  end

  def test_it_leaves_no_descriptor
    before = descriptors
    3.times do
      here, there = public_send(self.class::KIND)
      [here, there].each { |stream| close(stream) }
    end
    GC.start
    Thread.pass until descriptors <= before
  end

  Kinds::NAMES.each do |kind|
    Object.const_set("TestBehaviours#{kind.to_s.split("_").map(&:capitalize).join}", Class.new(Minitest::Test) do
      include Fixtures
      include Kinds
      include Behaviours
      const_set(:KIND, kind)
    end)
  end
end
