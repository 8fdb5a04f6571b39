-- Calling into C for the functions of the module.

local call = {}

-- The functions below end with a tail call, so that level 2 is their caller.
local function outcome(name, well, first, ...)
  if well then
    return first, ...
  end
  if type(first) == "string" then
    first = first:gsub("^(bad argument #%d+ to )'[^']*'", "%1'" .. name .. "'")
  end
  error(first, 2)
end

-- Calls `make`, and moves what it raises to the place of the user's call of `name`.
function call.construct(name, make, ...)
  return outcome(name, pcall(make, ...))
end

function call.check_type(value, wanted, number, name)
  if type(value) ~= wanted then
    error(("bad argument #%d to '%s' (%s expected, got %s)"):format(number, name, wanted,
                                                                   type(value)), 3)
  end
end

return call
