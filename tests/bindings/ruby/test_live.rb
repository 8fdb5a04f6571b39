# frozen_string_literal: true

require_relative "fixtures"

# firth's own count of what exists of it.
class TestLive < Minitest::Test
  include Fixtures

  def test_an_object_is_counted_while_it_is_there
    objects, = Firth.live
    channel = Firth::Channel.new(stream = stream_pair.first)
    now, = Firth.live
    assert_operator now, :>=, objects + 2
    refute channel.closed? || stream.closed?
  end

  # In a process of its own, where nothing else of firth's is.
  def test_nothing_is_left_of_any_kind
    assert_equal ["", 0], run_ruby(<<~'RUBY', File.join(__dir__, "live.rb"))
      require ARGV[0]
      exit Live.new.nothing_left?
    RUBY
  end

  def test_what_is_held_is_seen
    output, = run_ruby(<<~'RUBY')
      require "firth"
      held = Firth::FrameCodec.new
      GC.start
      print Firth.live.first, held.class
    RUBY
    assert_equal "1Firth::FrameCodec", output
  end
end
