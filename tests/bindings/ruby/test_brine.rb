# frozen_string_literal: true

require_relative "fixtures"

# Values of Ruby and the bytes that rpyc has for them.
class TestBrine < Minitest::Test
  Brine = Firth::Brine

  # name => [value, bytes in hexadecimal digits]
  SAMPLES = {
    nil: [nil, "00"],
    true: [true, "03"],
    false: [false, "04"],
    not_implemented: [Brine::NOT_IMPLEMENTED, "05"],
    ellipsis: [Brine::ELLIPSIS, "06"],
    zero: [0, "50"],
    the_least_integer_of_one_byte: [-48, "20"],
    the_integer_below: [-49, "16032d3439"],
    the_greatest_integer_of_one_byte: [159, "ef"],
    the_integer_above: [160, "1603313630"],
    an_integer_beyond_fixnum: [1 << 62, "1613" + "4611686018427387904".unpack1("H*")],
    the_greatest_of_64_bits: [(1 << 63) - 1, "1613" + "9223372036854775807".unpack1("H*")],
    an_integer_of_65_bits: [1 << 63, "1613" + "9223372036854775808".unpack1("H*")],
    the_least_of_64_bits: [-(1 << 63), "1614" + "-9223372036854775808".unpack1("H*")],
    an_integer_below_64_bits: [-(1 << 63) - 1, "1614" + "-9223372036854775809".unpack1("H*")],
    an_integer_of_255_digits: [10**254, "16ff31#{"30" * 254}"],
    an_integer_of_256_digits: [10**255, "170000010031#{"30" * 255}"],
    a_float: [1.5, "183ff8000000000000"],
    minus_zero: [-0.0, "188000000000000000"],
    infinity: [-Float::INFINITY, "18fff0000000000000"],
    the_least_float: [5e-324, "180000000000000001"],
    a_complex_number: [Complex(1.0, -0.0), "1b3ff00000000000008000000000000000"],
    an_empty_string: ["", "0801"],
    a_string: ["h\u00e9", "080c68c3a9"],
    a_string_of_four_bytes_a_character: ["\u{1f30a}", "080df09f8c8a"],
    a_string_with_a_nul: ["a\0b", "080c610062"],
    empty_bytes: ["".b, "01"],
    a_byte: ["\xff".b, "0aff"],
    four_bytes: ["abcd".b, "0d61626364"],
    five_bytes: ["abcde".b, "0e056162636465"],
    a_run_of_255_bytes: [("x" * 255).b, "0eff#{"78" * 255}"],
    a_run_of_256_bytes: [("x" * 256).b, "0f00000100#{"78" * 256}"],
    an_empty_tuple: [[], "02"],
    a_tuple: [[1, "x", [nil]], "125108" "0a78" "1000"],
    a_tuple_of_four: [[1, 2, 3, 4], "1351525354"],
    a_tuple_of_five: [[1, 2, 3, 4, 5], "14055152535455"],
    a_tuple_of_256: [[0] * 256, "1500000100#{"50" * 256}"],
    an_empty_frozenset: [Set[], "1a02"],
    a_frozenset: [Set[3, 1, [2]], "1a1253511052"],
    a_slice: [Brine::Slice.new(1, nil, [2]), "191251001052"],
    what_is_nested: [[Set[[Brine::Slice.new(Set[], [], "")]]], "101a1010" "19121a02020801"]
  }.freeze

  SAMPLES.each do |name, (value, digits)|
    define_method("test_#{name}_is_dumped_as_rpyc_does") do
      bytes = Brine.dump(value)
      assert_equal [digits, Encoding::BINARY], [bytes.unpack1("H*"), bytes.encoding]
    end

    define_method("test_#{name}_is_loaded") do
      loaded = Brine.load([digits].pack("H*"))
      assert_equal [value.inspect, value.class], [loaded.inspect, loaded.class]
      assert_operator value, :eql?, loaded
    end

    define_method("test_#{name}_is_dumpable") { assert_equal true, Brine.dumpable?(value) }
  end

  def test_nan_is_loaded_with_its_bits
    bytes = ["187ff800000000abcd"].pack("H*")
    assert_predicate Brine.load(bytes), :nan?
    assert_equal bytes, Brine.dump(Brine.load(bytes))
  end

  def test_the_singletons_are_loaded_as_themselves
    assert_same Brine::NOT_IMPLEMENTED, Brine.load("\x05")
    assert_same Brine::ELLIPSIS, Brine.load("\x06")
  end

  def test_a_loaded_str_is_in_utf_8_and_loaded_bytes_are_binary
    assert_equal [Encoding::UTF_8, Encoding::BINARY], Brine.load("\x11\x08\x0ax\x0ax").map(&:encoding)
  end

  def test_what_is_loaded_is_frozen_with_all_that_is_in_it
    value = [["a", "b".b, [], "", "".b], Set[["c"], 1 << 70], Set[],
             Brine::Slice.new("d", ["e"], 1.5), Complex(1.0, 2.0)]
    assert_frozen(Brine.load(Brine.dump(value)))
  end

  def test_a_frozenset_keeps_the_order_that_it_came_in
    bytes = Brine.dump(Set[3, "b", 1, "a", 2])
    assert_equal [3, "b", 1, "a", 2], Brine.load(bytes).to_a
    assert_equal bytes, Brine.dump(Brine.load(bytes))
  end

  def test_text_in_another_encoding_is_a_str
    %w[UTF-16LE UTF-16BE UTF-32 ISO-8859-1 Windows-1252 CESU-8].each do |name|
      assert_equal "080bc3a9", Brine.dump("\u00e9".encode(name)).unpack1("H*"), name
    end
    assert_equal "080ce38182", Brine.dump("\u3042".encode("Shift_JIS")).unpack1("H*")
    assert_equal "080ce38182", Brine.dump("\u3042".encode("ISO-2022-JP")).unpack1("H*")
    assert_equal "080a78", Brine.dump("x".encode("US-ASCII")).unpack1("H*")
  end

  def test_a_complex_number_of_integers_is_one_of_floats
    assert_equal Brine.dump(Complex(1.0, -2.0)), Brine.dump(Complex(1, -2))
    assert_equal Brine.dump(Complex(2.0**1000, 0.0)), Brine.dump(Complex(2**1000, 0))
  end

  def test_a_value_that_is_frozen_or_has_methods_of_its_own_is_no_other_value
    array = [1, "x".dup]
    array.define_singleton_method(:answer) { 42 }
    array[1].define_singleton_method(:answer) { 42 }
    assert_equal Brine.dump([1, "x"]), Brine.dump(array.freeze)
  end

  def test_the_same_object_may_be_there_often
    item = ["x"]
    assert_equal [["x"], ["x"], [["x"]]], Brine.load(Brine.dump([item, item, [item]]))
  end

  def test_what_has_to_str_can_be_loaded
    assert_equal 0, Brine.load(Struct.new(:to_str).new("P"))
  end

  def test_bytes_of_any_encoding_can_be_loaded
    assert_equal ["é"], Brine.load(Brine.dump(["é"]).force_encoding("UTF-8"))
  end

  def test_bytes_are_not_changed_and_may_change_later
    bytes = Brine.dump(["x" * 1000, "y"])
    loaded = Brine.load(bytes)
    bytes.replace("z" * bytes.size)
    assert_equal ["x" * 1000, "y"], loaded
  end

  private

  def assert_frozen(value)
    assert value.frozen?, value.inspect
    value = value.to_a if value.is_a?(Set) || value.is_a?(Brine::Slice)
    value.each { |item| assert_frozen(item) } if value.is_a?(Array)
  end
end
