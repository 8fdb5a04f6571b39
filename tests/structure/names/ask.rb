# frozen_string_literal: true

# Answers questions about the library firth: complains of each name that is not as asked.
# Standard input: a line a question: kind, key, owner, name, parameters, base, value.

require "firth"

# What a method with other methods behind it is called with, to see which keywords it refuses;
# a host or path with a NUL is refused whatever else is given.
SAMPLES = { host: "\0", port: 1, path: "\0", cmd_args: ["\0"] }.freeze

# Where the methods that C defines have their parameters' names.
COMMENTS = $LOADED_FEATURES.grep(%r{/firth(/\w+)?\.rb\z}).map do |file|
  File.readlines(file).grep(/^\s*#/).join
end.join

def resolve(name)
  name.split(".").first.split("::").reduce(Firth) { |found, part| found.const_get(part) }
end

def method_of(name)
  *classes, last = name.split(".")
  owner = classes.empty? ? Firth : resolve(classes.first)
  last == "new" ? owner.instance_method(:initialize) : owner.method(last)
end

def in_order?(wanted, names)
  rest = names.dup
  wanted.all? { |each| (at = rest.index(each)) && rest.slice!(0..at) }
end

def documented?(name, wanted)
  COMMENTS.scan(/\b#{Regexp.escape(name)}\(([^)]*)\)|\b#{Regexp.escape(name)}(?=::)/).any? do |(words)|
    in_order?(wanted, words.to_s.scan(/\w+:?/))
  end
end

# What is said to a keyword; nil if nothing against it.
def refusal(method, keyword)
  positional = method.parameters.filter_map { |kind, name| SAMPLES.fetch(name) if kind == :req }
  method.call(*positional, keyword => Object.new)
  nil
rescue ArgumentError, TypeError, SystemCallError, Firth::Error => e
  e.message[/unknown keyword.*/]
end

def takes?(method, keyword)
  return true if method.parameters.include?([:key, keyword])
  return false unless method.parameters.any? { |kind,| kind == :keyrest }

  raise "#{method} takes any keyword" unless refusal(method, :no_such_keyword)

  refusal(method, keyword).nil?
end

def check_parameters(method, name, parameters)
  keywords, plain = parameters.partition { |each| each.end_with?(":") }
  names = method.parameters.map { |_, each| each.to_s }
  unless in_order?(plain, names) || (method.parameters == [[:rest]] && documented?(name, plain))
    return "has #{method.parameters}, not #{plain}"
  end

  strange = keywords.reject { |each| takes?(method, each.chomp(":").to_sym) }
  "does not take #{strange.join(" ")}" unless strange.empty?
end

def check_class(name, base)
  return "is no class" unless resolve(name).is_a?(Class)

  "is no #{base}" unless base.empty? || resolve(name) <= resolve(base)
end

def check_constant(name, value)
  "is #{resolve(name)}, not #{value}" unless resolve(name) == Float(value)
end

def complaint(kind, owner, name, parameters, base, value)
  case kind
  when "module" then require(name) && nil
  when "class", "exception" then check_class(name, base)
  when "constant" then check_constant(name, value)
  when "method", "property" then check_parameters(resolve(owner).instance_method(name), name, parameters)
  else check_parameters(method_of(name), name, parameters)
  end
rescue NameError, LoadError => e
  e.message.lines.first.chomp
end

count = 0
$stdin.each_line do |line|
  kind, key, owner, name, parameters, base, value = line.chomp.split("\t", -1)
  what = complaint(kind, owner, name, parameters.split, base, value)
  puts "#{key}: #{name} #{what}" if what
  count += 1
end
puts "asked #{count}"
