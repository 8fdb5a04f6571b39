# frozen_string_literal: true

# The notation of brine's values (see ../../README.md) and Ruby's values. No recursion:
# values may be deeper than the stack.
module BrineNotation
  Slice = Firth::Brine::Slice
  SIMPLE = { "none" => nil, "true" => true, "false" => false,
             "not-implemented" => Firth::Brine::NOT_IMPLEMENTED,
             "ellipsis" => Firth::Brine::ELLIPSIS }.freeze
  WORDS = SIMPLE.invert.freeze
  CONTAINERS = { "tuple" => :itself.to_proc, "frozenset" => ->(items) { Set.new(items) },
                 "slice" => ->(items) { Slice.new(*items) } }.freeze
  private_constant :Slice, :SIMPLE, :WORDS, :CONTAINERS

  # The value that a notation tells.
  def self.parse(notation)
    values = []
    # From the end, so that the items of a container are there when it is met.
    notation.split(" ").reverse_each do |word|
      kind, text = word.split(":")
      make = CONTAINERS[kind]
      values << (make ? make.call(values.pop(count(kind, text)).reverse) : scalar(word, kind, text.to_s))
    end
    values.first
  end

  # The notation of a value.
  def self.show(value)
    words = []
    left = [value]
    until left.empty?
      each = left.pop
      items = items_of(each)
      left.concat(items.reverse) if items
      words << word(each)
    end
    words.join(" ")
  end

  def self.count(kind, text)
    kind == "slice" ? 3 : Integer(text)
  end

  def self.scalar(word, kind, text)
    case kind
    when "int" then Integer(text, 10)
    when "float" then real(text)
    when "complex" then Complex(*text.split(",").map { |digits| real(digits) })
    when "bytes" then [text].pack("H*")
    when "str" then [text].pack("H*").force_encoding(Encoding::UTF_8)
    else SIMPLE.fetch(word)
    end
  end

  def self.real(digits)
    [digits].pack("H*").unpack1("G")
  end

  def self.items_of(value)
    value.to_a if value.is_a?(Array) || value.is_a?(Set) || value.is_a?(Slice)
  end

  def self.word(value)
    case value
    when Integer then "int:#{value}"
    when Float then "float:#{bits(value)}"
    when Complex then "complex:#{bits(value.real)},#{bits(value.imaginary)}"
    when String then text(value)
    when Array then "tuple:#{value.size}"
    when Set then "frozenset:#{value.size}"
    when Slice then "slice"
    else WORDS.fetch(value)
    end
  end

  def self.bits(number)
    [number].pack("G").unpack1("H*")
  end

  def self.text(string)
    kind = { Encoding::UTF_8 => "str", Encoding::BINARY => "bytes" }.fetch(string.encoding)
    "#{kind}:#{string.unpack1("H*")}"
  end
  private_class_method :count, :scalar, :real, :items_of, :word, :bits, :text
end
