-- Runs all tests of the Lua binding. Usage, from the project's folder:
--   LUA_PATH='build/bindings/lua/?.lua;tests/bindings/lua/?.lua;;' \
--   LUA_CPATH='build/bindings/lua/?.so;;' lua5.4 tests/bindings/lua/run.lua

math.randomseed(5)

for _, name in ipairs {
  "test_stream", "test_channel", "test_channel_options", "test_channel_kinds",
  "test_cork", "test_batching", "test_encrypted", "test_encrypted_over",
  "test_encrypted_codec", "test_codec",
  "test_listener", "test_misuse", "test_lifetimes", "test_host_objects", "test_buffered",
  "test_behaviours", "test_custom", "test_custom_errors", "test_custom_over", "test_stacks",
  "test_tunnel", "test_proxies", "test_ssh", "test_process", "test_tls", "test_tls_refusals",
  "test_open", "test_rpyc", "test_brine", "test_brine_values", "test_brine_refusals",
  "test_brine_hostile", "test_brine_rpyc",
} do
  require(name)
end

local failures = require "luaunit".LuaUnit.run()
require "peers".clean_up()

-- The tests hold streams; nothing of firth may outlive them.
local fixtures, live = require "fixtures", require "firth".live
for name in pairs(_G) do
  if name:find "^Test" then
    _G[name] = nil
  end
end
for name in pairs(package.loaded) do
  package.loaded[name] = nil
end
fixtures.wait_until(function()
  fixtures.collect()
  local objects, allocations = live()
  return objects == 0 and allocations == 0
end)

os.exit(failures, true)
