-- The notation of brine's values (see ../../README.md) and the values of firth.brine.

local brine = require "firth".brine

local notation = {}

local function unhex(digits)
  return (digits:gsub("%x%x", function(byte) return string.char(tonumber(byte, 16)) end))
end

local function hex(bytes)
  return (bytes:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

local function real(digits)
  return (string.unpack(">d", unhex(digits)))
end

local function bits(number)
  return hex(string.pack(">d", number))
end

local simple = {
  ["true"] = true, ["false"] = false,
  ["not-implemented"] = brine.NotImplemented, ellipsis = brine.Ellipsis,
}

local scalars = {
  int = brine.integer,
  float = real,
  bytes = function(digits) return brine.bytes(unhex(digits)) end,
  str = unhex,
  complex = function(both)
    local first, second = both:match "^(%x+),(%x+)$"
    return brine.complex(real(first), real(second))
  end,
}

local taken

local function taken_items(words, count)
  local items = {}
  for i = 1, count do
    items[i] = taken(words)
  end
  return items, count
end

local containers = {
  tuple = function(words, count) return brine.tuple_of(taken_items(words, count)) end,
  frozenset = function(words, count) return brine.frozenset_of(taken_items(words, count)) end,
  slice = function(words) return brine.slice(taken(words), taken(words), taken(words)) end,
}

-- The next value of an iterator over words.
function taken(words)
  local kind, text = words():match "^([^:]*):?(.*)$"
  if containers[kind] then
    return containers[kind](words, math.tointeger(text))
  elseif scalars[kind] then
    return scalars[kind](text)
  end
  return simple[kind]
end

--- The value of the notation.
function notation.parsed(text)
  return taken(text:gmatch "%S+")
end

local show

local function show_items(word)
  return function(value, words)
    words[#words + 1] = word:format(#value)
    for _, item in pairs(value) do
      show(item, words)
    end
  end
end

local function show_as(form, told)
  return function(value, words)
    words[#words + 1] = form:format(told(value))
  end
end

-- By firth.brine.type.
local shown = {
  ["nil"] = show_as("none", tostring),
  boolean = show_as("%s", tostring),
  NotImplemented = show_as("not-implemented", tostring),
  Ellipsis = show_as("ellipsis", tostring),
  integer = show_as("int:%s", tostring),
  float = show_as("float:%s", bits),
  complex = show_as("complex:%s,%s", function(c) return bits(c.real), bits(c.imag) end),
  bytes = show_as("bytes:%s", function(b) return hex(b:string()) end),
  string = show_as("str:%s", hex),
  tuple = show_items "tuple:%d",
  frozenset = show_items "frozenset:%d",
  slice = function(value, words)
    words[#words + 1] = "slice"
    show(value.start, words)
    show(value.stop, words)
    show(value.step, words)
  end,
}

-- Appends the words of the value.
function show(value, words)
  shown[brine.type(value)](value, words)
end

--- The notation of the value.
function notation.shown(value)
  local words = {}
  show(value, words)
  return table.concat(words, " ")
end

return notation
