-- Answers questions about the module firth: complains of each name that is not as asked.
-- Standard input: a line a question: kind, key, owner, name, parameters, base, value.

local firth = require "firth"
local stream = firth.PipeStream.create_pair()

-- What to call a function with, to see which options it refuses.
local STRANGE = { ["no such option"] = true }
local SAMPLES = {
  host = "localhost", port = 1, path = "x", stream = stream, sock = stream, cmd_args = { "true" },
  key = ("k"):rep(32), compression_level = 6, batch_size = 10, batch_timeout = 0,
  given = STRANGE, options = STRANGE,
}

local function find(name)
  local thing = firth
  for part in name:gmatch "[^.]+" do
    thing = thing and thing[part]
  end
  return thing
end

local function is_callable(thing)
  local meta = getmetatable(thing)
  return type(thing) == "function" or (meta and meta.__call ~= nil)
end

-- The comments of the module's files, where C's functions have their parameters' names.
local function comments()
  local text = {}
  for name in pairs(package.loaded) do
    local path = (name == "firth" or name:find "^firth%.") and package.searchpath(name, package.path)
    for line in path and io.lines(path) or function() end do
      text[#text + 1] = line:match "^%-%-+ (.*)"
    end
  end
  return table.concat(text, "\n")
end

local COMMENTS = comments()

local function own_parameters(thing)
  local f = type(thing) == "function" and thing or getmetatable(thing).__call
  local about, names = debug.getinfo(f, "uS"), {}
  for i = 1, about.nparams do
    names[i] = debug.getlocal(f, i)
  end
  return names, about.what == "C" or about.isvararg, f
end

-- Whether they come in this order.
local function in_order(wanted, names)
  local at = 1
  for _, name in ipairs(names) do
    if name == wanted[at] then
      at = at + 1
    end
  end
  return at > #wanted
end

local function is_documented(name, wanted)
  for signature in COMMENTS:gmatch("%f[%w_]" .. name .. "(%b())") do
    local names = {}
    for word in signature:gmatch "[%w_]+" do
      names[#names + 1] = word
    end
    if in_order(wanted, names) then
      return true
    end
  end
  return false
end

local function known_options(f, names)
  local arguments = {}
  for i, name in ipairs(names) do
    arguments[i] = SAMPLES[name]
  end
  local _, complaint = pcall(f, table.unpack(arguments, 1, #names))
  return tostring(complaint):match "known are (.*)"
end

local function check_parameters(thing, name, parameters)
  local plain, options = {}, {}
  for _, parameter in ipairs(parameters) do
    local option = parameter:match "^options%.(.*)"
    local list = option and options or plain
    list[#list + 1] = option or parameter
  end
  local names, partly, f = own_parameters(thing)
  local last = name:match "[^.]+$"
  if not in_order(plain, names) and not ((partly or names[#names] == "given")
                                         and is_documented(last, plain)) then
    return "has " .. table.concat(names, " ") .. ", not " .. table.concat(plain, " ")
  end
  local known = #options > 0 and known_options(f, names) or ""
  for _, option in ipairs(options) do
    if not (known or ""):find("%f[%w_]" .. option .. "%f[^%w_]") then
      return "has no option " .. option
    end
  end
end

local checks = {}

function checks.module(name)
  require(name)
end

function checks.class(name)
  return not is_callable(find(name)) and "is no class" or nil
end

function checks.callable(name, _, parameters)
  if not is_callable(find(name)) then
    return "cannot be called"
  end
  return check_parameters(find(name), name, parameters)
end

function checks.method(name, owner, parameters)
  return checks.callable(owner .. "." .. name, owner, parameters)
end

function checks.constant(name, _, _, _, value)
  return find(name) ~= tonumber(value) and ("is %s, not %s"):format(find(name), value) or nil
end

-- The third result of what fails; its words are compared with C's elsewhere.
function checks.exception(name, _, _, base)
  local nothing, message, code = firth.SocketStream.unix_connect("no such socket")
  if base == "" then
    return (nothing ~= nil or type(message) ~= "string" or type(code) ~= "string")
      and "is no third result" or nil
  end
  return not COMMENTS:find('"' .. name .. '"', 1, true) and "is no code that the module knows" or nil
end

checks.constructor, checks.classmethod = checks.callable, checks.callable
checks["function"], checks.property = checks.callable, checks.method

local count = 0
for line in io.lines() do
  local fields, parameters = {}, {}
  for field in (line .. "\t"):gmatch "([^\t]*)\t" do
    fields[#fields + 1] = field
  end
  local kind, key, owner, name, words, base, value = table.unpack(fields)
  for word in words:gmatch "%S+" do
    parameters[#parameters + 1] = word
  end
  local complaint = checks[kind](name, owner, parameters, base, value)
  if complaint then
    print(key .. ": " .. name .. " " .. complaint)
  end
  count = count + 1
end
print("asked " .. count)
