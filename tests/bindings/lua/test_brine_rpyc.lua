-- Random values, compared with what real rpyc makes of them.

local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"

local brine = firth.brine
local versions = { "4.1.5", "5.3.1", "6.0.2" }

-- A channel to tests/support/peers/brine.py.
local function start(version, ...)
  local folder = (os.getenv "FIRTH_PEERS" or "build/peers") .. "/rpyc-" .. version
  return firth.Channel(assert(firth.PipeStream.spawn {
    "env", "PYTHONPATH=" .. folder, os.getenv "PYTHON" or "python3",
    "tests/support/peers/brine.py", ...,
  }))
end

local function random_integer()
  local bits = math.random(0, 63)
  return math.random(0, 1) == 0 and math.random(0) >> bits or -(math.random(0) >> bits)
end

local function random_digits()
  local digits = { math.random(1, 9) }
  for i = 2, math.random(2, 60) do
    digits[i] = math.random(0, 9)
  end
  return (math.random(0, 1) == 0 and "-" or "") .. table.concat(digits)
end

local function random_float()
  return (string.unpack("d", string.pack("j", math.random(0))))
end

local function random_text()
  local characters = {}
  for i = 1, math.random(0, 6) ^ 3 // 1 do
    local point = math.random(0, 0x10ffff) >> math.random(0, 20)
    characters[i] = utf8.char(point >= 0xd800 and point < 0xe000 and 0 or point)
  end
  return table.concat(characters)
end

local random_value

local function random_items(depth)
  local items, count = {}, math.random(0, 5)
  for i = 1, count do
    items[i] = random_value(depth - 1)
  end
  return items, count
end

local scalars = {
  function() return nil end,
  function() return math.random(0, 1) == 0 end,
  random_integer,
  function() return brine.integer(random_digits()) end,
  random_float,
  function() return brine.complex(random_float(), random_float()) end,
  random_text,
  function() return brine.bytes(random_text()) end,
  function() return brine.NotImplemented end,
  function() return brine.Ellipsis end,
}

local containers = {
  function(depth) return brine.tuple_of(random_items(depth)) end,
  function(depth) return brine.slice(random_value(depth - 1), nil, random_value(depth - 1)) end,
  -- Python's sets have an order of their own, and no slices.
  function() return brine.frozenset(scalars[math.random(#scalars)]()) end,
}

function random_value(depth)
  local makers = depth > 0 and math.random(0, 2) > 0 and containers or scalars
  return makers[math.random(#makers)](depth)
end

TestBrineRpyc = {}

function TestBrineRpyc:test_rpyc_dumps_random_values_to_the_same_bytes()
  for _, version in ipairs(versions) do
    local channel <close> = start(version, "echo")
    channel:cork()
    local sent = {}
    for i = 1, 300 do
      sent[i] = assert(brine.dump(random_value(5)))
      assert(channel:send(sent[i]))
    end
    assert(channel:uncork())
    for _, encoded in ipairs(sent) do
      local answer = assert(channel:recv(fixtures.LONG))
      lu.assertTrue(answer == encoded, tostring(brine.load(encoded)))
    end
  end
end

function TestBrineRpyc:test_rpycs_random_values_come_back_the_same()
  for _, version in ipairs(versions) do
    local channel <close> = start(version, "make", "5", "300")
    for _ = 1, 300 do
      local encoded = assert(channel:recv(fixtures.LONG))
      local value, message = brine.load(encoded)
      lu.assertNil(message)
      lu.assertTrue(brine.dump(value) == encoded, tostring(value))
      lu.assertTrue(value == brine.load(encoded) or value ~= value)
    end
  end
end
