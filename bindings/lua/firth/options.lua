-- Tables of options: checked, and completed by what holds without them.

local core = require "firth_core"

local options = {}

local function names_of(known)
  local names = {}
  for name in pairs(known) do
    names[#names + 1] = name
  end
  table.sort(names)
  return table.concat(names, ", ")
end

-- The options of `known` as they were given, checked, over those that were not; or nil and
-- what is wrong with one of them. `kind` is what they are called. An option may come from
-- the table's __index.
local function overlay(given, known, kind)
  local complete = {}
  for name in pairs(given) do
    if not known[name] then
      return nil, ("unknown %s '%s', known are %s"):format(kind, tostring(name), names_of(known))
    end
  end
  for name, option in pairs(known) do
    local value, complaint = given[name], nil
    if value == nil then
      value = option[2]
    else
      value, complaint = option[1](value)
    end
    if complaint then
      return nil, ("bad %s '%s' (%s)"):format(kind, name, complaint)
    end
    complete[name] = value
  end
  return complete
end

local function is_type(wanted)
  return function(value)
    if type(value) == wanted then
      return value
    end
    return nil, wanted .. " expected, got " .. type(value)
  end
end

-- A number as it is, of others the type: a string may be a secret in the wrong place.
local function number_or_type(value)
  return math.type(value) and tostring(value) or type(value)
end

local function integer_between(lowest, highest)
  return function(value)
    local integer = math.type(value) and math.tointeger(value)
    if integer and integer >= lowest and integer <= highest then
      return integer
    end
    return nil, ("integer from %d to %d expected, got %s"):format(lowest, highest,
                                                                 number_or_type(value))
  end
end

-- What an int of C holds.
local INT_MIN, INT_MAX = -0x80000000, 0x7fffffff

local boolean, size = is_type "boolean", integer_between(0, math.maxinteger)
local port = integer_between(0, 65535)
local whole, count = integer_between(INT_MIN, INT_MAX), integer_between(0, INT_MAX)

local text = is_type "string"

-- A converter to what `values` has for the value.
local function one_of(values, expected)
  return function(value)
    if value ~= nil and values[value] ~= nil then
      return values[value]
    end
    return nil, ("%s expected, got %s"):format(expected, tostring(value))
  end
end

local function compress(value)
  if type(value) == "boolean" then
    return value and core.COMPRESSION_ON or core.COMPRESSION_OFF
  end
  return nil, "boolean expected, got " .. type(value)
end

local ssl_version = one_of({ ["TLSv1.2"] = core.TLS_1_2, ["TLSv1.3"] = core.TLS_1_3 },
                           '"TLSv1.2" or "TLSv1.3"')

local cert_reqs = one_of({
  [core.CERT_NONE] = core.CERT_NONE, none = core.CERT_NONE,
  [core.CERT_OPTIONAL] = core.CERT_OPTIONAL, optional = core.CERT_OPTIONAL,
  [core.CERT_REQUIRED] = core.CERT_REQUIRED, required = core.CERT_REQUIRED,
}, '"none", "optional" or "required"')

local check_hostname = one_of({ [true] = 1, [false] = 0 }, "boolean")

-- NAME to value, as a list of "NAME=value".
local function environment(value)
  if type(value) ~= "table" then
    return nil, "table expected, got " .. type(value)
  end
  local list = {}
  for name, content in pairs(value) do
    if type(name) ~= "string" or name == "" or name:find "=" then
      return nil, "name of a variable expected, got " .. tostring(name)
    elseif type(content) ~= "string" then
      return nil, ("string expected for %s, got %s"):format(name, type(content))
    end
    list[#list + 1] = name .. "=" .. content
  end
  return list
end

local function standard_error(value)
  if value == "discard" then
    return core.STDERR_DISCARD
  elseif math.type(value) == "integer" and value >= 0 then
    return value
  elseif io.type(value) == "file" then
    return core.file_descriptor(value)
  end
  return nil, '"discard", open file or descriptor expected, got ' .. tostring(value)
end

local function tunnel(value)
  if type(value) == "table" or type(value) == "userdata" then
    return value
  end
  return nil, "object with a method 'close' expected, got " .. type(value)
end

local function seconds(value)
  if math.type(value) and value == value then
    return value
  end
  return nil, "seconds expected, got " .. number_or_type(value)
end

-- For ever, here, is no time at all.
local function batch_seconds(value)
  local number, complaint = seconds(value)
  return number == math.huge and 0 or number, complaint
end

local function keepalive(value)
  if type(value) == "boolean" then
    return value and core.KEEPALIVE_DEFAULT or 0
  end
  if value == 0 then
    return 0
  end
  return integer_between(1, INT_MAX)(value)
end

local function ipv6(value)
  if type(value) == "boolean" then
    return value and core.IPV6_ON or core.IPV6_OFF
  end
  return nil, "boolean expected, got " .. type(value)
end

-- The options of both.
function options.joined(first, second)
  local both = {}
  for name, option in pairs(first) do
    both[name] = option
  end
  for name, option in pairs(second) do
    both[name] = option
  end
  return both
end

local known_limits = {
  frame = { size, core.FRAME_LIMIT },
  inflated = { size, core.INFLATED_LIMIT },
  queue = { size, core.QUEUE_LIMIT },
}

local function limits(value)
  if type(value) ~= "table" then
    return nil, "table expected, got " .. type(value)
  end
  return overlay(value, known_limits, "limit")
end

-- What a channel and a codec do to payloads.
options.codec = {
  compress = { compress, core.COMPRESSION_DEFAULT },
  compression_level = { whole, core.COMPRESSION_LEVEL },
  compression_threshold = { size, core.COMPRESSION_THRESHOLD },
  key = { text },
  limits = { limits, limits {} },
}

-- The presets leave out what they give away, and have some other values of their own. A third
-- value is what nil among the arguments stands for.
options.channel = options.joined(options.codec, {
  batch_size = { size, 1 },
  batch_timeout = { batch_seconds, core.DEFAULT_BATCH_TIMEOUT, 0 },
})
options.compressed_channel = options.joined(options.channel, {
  compression_level = { whole, core.DEFAULT_COMPRESSION_LEVEL },
})
options.compressed_channel.compress = nil
options.batching_channel = options.joined(options.channel, {
  batch_size = { size, core.DEFAULT_BATCH_SIZE },
})
options.encrypted_channel = options.joined(options.channel, {})
options.encrypted_channel.key = nil

options.buffer = {
  buffer_size = { integer_between(1, math.maxinteger), core.DEFAULT_BUFFER_SIZE },
}

options.connect = {
  timeout = { seconds, core.CONNECT_TIMEOUT },
  ipv6 = { ipv6, core.IPV6_UNSET },
  family = { whole, 0 },
  socktype = { whole, 0 },
  proto = { whole, 0 },
  nodelay = { boolean, true },
  keepalive = { keepalive, 0 },
}

options.listen = {
  ipv6 = { ipv6, core.IPV6_UNSET },
  backlog = { count, 128 },
  nodelay = { boolean, true },
  keepalive = { keepalive, 0 },
}

options.tls = {
  keyfile = { text },
  certfile = { text },
  password = { text },
  ca_certs = { text },
  ciphers = { text },
  server_name = { text },
  ssl_version = { ssl_version, core.TLS_UNSET },
  cert_reqs = { cert_reqs, core.CERT_UNSET },
  check_hostname = { check_hostname, -1 },
}

-- What the functions of C take last.
function options.of_tls(o)
  return o.keyfile, o.certfile, o.password, o.ca_certs, o.ciphers, o.server_name, o.ssl_version,
    o.cert_reqs, o.check_hostname
end

options.ssl_connect = options.joined(options.connect, options.tls)
options.tls_listen = options.joined(options.listen, options.tls)

options.process = {
  cwd = { text },
  env = { environment },
  stderr = { standard_error, core.STDERR_INHERIT },
}

options.proxy = {
  user = { text },
  password = { text },
  timeout = { seconds, core.CONNECT_TIMEOUT },
  ipv6 = { ipv6, core.IPV6_UNSET },
  nodelay = { boolean, true },
  keepalive = { keepalive, 0 },
}

options.ssh = {
  ssh_port = { port, 0 },
  program = { text },
  user = { text },
  identity_file = { text },
  known_hosts = { text },
  config_file = { text },
  timeout = { seconds, core.SSH_TIMEOUT },
}

options.tunnel = { tun = { tunnel } }

options.unix_listen = { backlog = { count, 128 } }

-- As overlay, but raises what is wrong at `level`, as seen from here.
local function checked(given, known, level)
  if given ~= nil and type(given) ~= "table" then
    error("table of options expected, got " .. type(given), level)
  end
  local complete, complaint = overlay(given or {}, known, "option")
  if not complete then
    error(complaint, level)
  end
  return complete
end

-- The options that were given, checked, over those that were not. Called by the
-- functions of the module: level 3 is their caller.
function options.read(given, known)
  local complete = checked(given, known, 4)
  return complete
end

-- What the argument at `number` of the function `name` is for the option.
local function by_position(option, value, number, name)
  if value == nil then
    return option[3]
  end
  local converted, complaint = option[1](value)
  if complaint then
    error(("bad argument #%d to '%s' (%s)"):format(number, name, complaint), 4)
  end
  return converted
end

-- As `read`, for the arguments behind the first of the function `name`: those options that
-- `order` lists one by one, as far as they are given, then the table.
function options.read_after(order, known, name, ...)
  local count, arguments, taken, next = select("#", ...), { ... }, {}, 1
  while order[next] and next <= count and type(arguments[next]) ~= "table" do
    taken[order[next]] = by_position(known[order[next]], arguments[next], next + 1, name)
    next = next + 1
  end
  local given = arguments[next]
  local complete = checked(given, known, 4)
  for option, value in pairs(taken) do
    if given and given[option] ~= nil then
      error(("option '%s' given twice"):format(option), 3)
    end
    complete[option] = value
  end
  return complete
end

return options
