# frozen_string_literal: true

require_relative "fixtures"

# What is neither dumped nor loaded, and what is said of it.
class TestBrineRefusals < Minitest::Test
  Brine = Firth::Brine

  class Name < String; end
  class Row < Array; end
  class Group < Set; end
  class Span < Brine::Slice; end

  # name => [value, class, message]
  VALUES = {
    a_symbol: [:x, TypeError, "cannot dump value: Symbol is no type of brine"],
    a_hash: [{ 1 => 2 }, TypeError, "cannot dump value: Hash is no type of brine"],
    a_rational: [1r, TypeError, "cannot dump value: Rational is no type of brine"],
    a_range: [1..2, TypeError, "cannot dump value: Range is no type of brine"],
    an_object: [Object.new, TypeError, "cannot dump value: Object is no type of brine"],
    a_bare_object: [BasicObject.new, TypeError, "cannot dump value: BasicObject is no type of brine"],
    a_class: [String, TypeError, "cannot dump value: Class is no type of brine"],
    a_struct: [Firth::Counters.new(1, 2, 3, 4), TypeError, "cannot dump value: Firth::Counters is no type of brine"],
    a_subclass_of_string: [Name.new("x"), TypeError,
                           "cannot dump value: TestBrineRefusals::Name, a subclass of String, is no type of brine"],
    a_subclass_of_array: [[Row[1]], TypeError,
                          "cannot dump value[0]: TestBrineRefusals::Row, a subclass of Array, is no type of brine"],
    a_subclass_of_set: [Group[1], TypeError,
                        "cannot dump value: TestBrineRefusals::Group, a subclass of Set, is no type of brine"],
    a_subclass_of_slice: [
      Span.new(1, 2), TypeError,
      "cannot dump value: TestBrineRefusals::Span, a subclass of Firth::Brine::Slice, is no type of brine"
    ],
    what_is_in_an_array: [[1, [2, :x]], TypeError, "cannot dump value[1][1]: Symbol is no type of brine"],
    what_is_in_a_set: [Set[1, [:x]], TypeError, "cannot dump value.to_a[1][0]: Symbol is no type of brine"],
    what_a_slice_starts_at: [Brine::Slice.new(:x, 1), TypeError, "cannot dump value.start: Symbol is no type of brine"],
    what_a_slice_stops_at: [[Brine::Slice.new(1, :x)], TypeError,
                            "cannot dump value[0].stop: Symbol is no type of brine"],
    the_step_of_a_slice: [Brine::Slice.new(1, 1, [:x]), TypeError,
                          "cannot dump value.step[0]: Symbol is no type of brine"],
    what_follows_a_container: [[[1], [[2], 3], :x], TypeError, "cannot dump value[2]: Symbol is no type of brine"],
    what_lies_deep: [(1..17).inject(:x) { |inner, _| [inner] }, TypeError,
                     "cannot dump value#{"[0]" * 8}...#{"[0]" * 8}: Symbol is no type of brine"],
    a_set_by_identity: [[Set[].compare_by_identity], TypeError,
                        "cannot dump value[0]: Set that compares by identity is no type of brine"],
    a_complex_number_with_a_rational_part: [
      [Complex(1, 1r / 3)], TypeError,
      "cannot dump value[0]: Complex, of whose parts one is Rational and no Float holds it"
    ],
    a_complex_number_with_too_exact_a_part: [
      Complex(0.0, (1 << 53) + 1), TypeError,
      "cannot dump value: Complex, of whose parts one is Integer and no Float holds it"
    ],
    a_complex_number_with_too_great_a_part: [
      Complex(1 << 2000, 0), TypeError,
      "cannot dump value: Complex, of whose parts one is Integer and no Float holds it"
    ],
    broken_utf8: [["x", "\xff"], EncodingError, "cannot dump value[1]: String whose bytes are no valid UTF-8"],
    a_surrogate: ["\xed\xa0\x80", EncodingError, "cannot dump value: String whose bytes are no valid UTF-8"],
    broken_ascii: ["\u00e9".dup.force_encoding("US-ASCII"), EncodingError,
                   "cannot dump value: String whose bytes are no valid US-ASCII"],
    broken_shift_jis: ["\x81".dup.force_encoding("Shift_JIS"), EncodingError,
                       "cannot dump value: String whose bytes are no valid Shift_JIS"],
    a_character_that_unicode_lacks: [
      "\x81".dup.force_encoding("Windows-1252"), EncodingError,
      "cannot dump value: String in Windows-1252: \"\\x81\" to UTF-8 in conversion from Windows-1252 to UTF-8"
    ],
    an_encoding_without_converter: [["x".dup.force_encoding("UTF-7")], EncodingError,
                                    "cannot dump value[0]: String in UTF-7: code converter not found (UTF-7 to UTF-8)"]
  }.freeze

  VALUES.each do |name, (value, refusal, message)|
    define_method("test_#{name}_is_not_dumped") do
      error = assert_raises(refusal) { Brine.dump(value) }
      assert_equal [refusal, message, Encoding::UTF_8], [error.class, error.message, error.message.encoding]
    end

    define_method("test_#{name}_is_not_dumpable") { assert_equal false, Brine.dumpable?(value) }
  end

  # name => [hexadecimal digits, message]
  BYTES = {
    nothing: ["", "brine ends too early: a value at offset 0 takes 1 bytes, there are 0"],
    an_unknown_tag: ["11" "50" "07", "brine: byte 0x07 at offset 2, expected a tag"],
    too_few_bytes: ["0c6162", "brine ends too early: a run of bytes at offset 1 takes 3 bytes, there are 2"],
    a_length_that_lies: ["0fffffffff61",
                         "brine ends too early: a run of bytes at offset 5 takes 4294967295 bytes, there are 1"],
    more_items_than_bytes: ["15ffffffff50", "brine ends too early: 4294967295 items at offset 5, in 1 bytes"],
    broken_utf8: ["080bc328", "brine: byte 0xc3 at offset 2, expected UTF-8 in a string"],
    no_digits: ["16023178", "brine: the 2 bytes at offset 2 are no integer in decimal digits"],
    an_underscore: ["1603315f31", "brine: the 3 bytes at offset 2 are no integer in decimal digits"],
    a_slice_of_two: ["19115050", "brine: a slice of 2 items at offset 1, expected 3"],
    bytes_that_follow: ["5050", "brine: 1 bytes follow the value, which ends at offset 1"]
  }.freeze

  BYTES.each do |name, (digits, message)|
    define_method("test_#{name}_cannot_be_loaded") do
      error = assert_raises(Firth::ProtocolError) { Brine.load([digits].pack("H*")) }
      assert_equal [message, :protocol], [error.message, error.code]
    end
  end

  def test_an_array_in_itself_is_too_deep
    array = []
    array << array
    error = assert_raises(Firth::BufferOverflowError) { Brine.dump(array) }
    assert_equal "cannot dump value#{"[0]" * 8}...#{"[0]" * 8}: brine deeper than the limit of 512 containers",
                 error.message
    refute Brine.dumpable?(array)
  end

  [nil, 1, :P, [0x50]].each do |bytes|
    define_method("test_#{bytes.class}_cannot_be_loaded") { assert_raises(TypeError) { Brine.load(bytes) } }
  end

  def test_another_keyword_is_an_argument_error
    assert_raises(ArgumentError) { Brine.dump(1, limit: nil) }
    assert_raises(ArgumentError) { Brine.load("P", limit: nil) }
  end

  def test_a_hash_is_refused_as_a_value_and_not_taken_for_keywords
    assert_raises(TypeError) { Brine.dump({ limits: nil }) }
    assert_raises(ArgumentError) { Brine.dump }
  end

  def test_what_the_extension_has_is_nobody_elses
    %i[brine_dump brine_load brine_dumpable].each do |name|
      refute_respond_to Firth, name
      refute_respond_to Brine, name
    end
  end
end
