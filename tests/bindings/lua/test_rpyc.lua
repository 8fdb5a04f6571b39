-- Payloads through rpyc's own Channel at the other end.

local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"
local objects = require "custom_objects"

local sizes = { 0, 1, 16, 2999, 3000, 3001, 64000, 65536, 1 << 20, 4 << 20 }

-- `make` makes the channel from a stream.
local function check_echo(version, kind, make)
  local address, wait = fixtures.start_peer(version, "echo.py", kind)
  do
    local channel <close> = (make or firth.Channel)(fixtures.connect(address))
    for _, size in ipairs(sizes) do
      for _, payload in ipairs { ("x"):rep(size), fixtures.random_bytes(size) } do
        lu.assertTrue(channel:send(payload) and channel:flush())
        lu.assertTrue(channel:recv(fixtures.LONG) == payload, size)
      end
    end
  end
  wait()
end

TestRpyc = {}

function TestRpyc:test_5_3_1_echoes_over_a_unix_socket()
  check_echo("5.3.1", "unix")
end

function TestRpyc:test_5_3_1_echoes_over_tcp()
  check_echo("5.3.1", "tcp")
end

function TestRpyc:test_6_0_2_echoes_over_a_unix_socket()
  check_echo("6.0.2", "unix")
end

function TestRpyc:test_6_0_2_echoes_over_tcp()
  check_echo("6.0.2", "tcp")
end

function TestRpyc:test_6_0_2_echoes_over_a_buffered_stream()
  local function over_buffered(stream)
    return firth.Channel(firth.BufferedStream(stream))
  end
  check_echo("6.0.2", "unix", over_buffered)
  check_echo("6.0.2", "tcp", over_buffered)
end

function TestRpyc:test_6_0_2_echoes_over_an_object_of_lua()
  check_echo("6.0.2", "unix", function(stream)
    return firth.Channel(objects.monitored(stream))
  end)
  check_echo("6.0.2", "tcp", function(stream)
    return firth.Channel(firth.BufferedStream(objects.monitored(stream)))
  end)
end

function TestRpyc:test_old_and_new_versions_read_what_other_levels_compress()
  for version, level in pairs { ["4.1.5"] = 9, ["6.0.2"] = 6 } do
    check_echo(version, "unix", function(stream)
      return firth.CompressedChannel(stream, level)
    end)
  end
end

function TestRpyc:test_old_and_new_versions_echo_batches_in_order()
  for _, version in ipairs { "4.1.5", "6.0.2" } do
    local address, wait = fixtures.start_peer(version, "echo.py", "unix")
    do
      local batching <close> = firth.BatchingChannel(fixtures.connect(address), 50, 0)
      for i = 1, 120 do
        lu.assertTrue(batching:send("payload " .. i))
      end
      lu.assertEquals(batching:stream():counters().write_calls, 2)
      for i = 1, 120 do
        lu.assertEquals(batching:recv(fixtures.LONG), "payload " .. i)
      end
      lu.assertEquals(batching:stream():counters().write_calls, 3)
    end
    wait()
  end
end

function TestRpyc:test_6_0_2_gets_a_batch_by_its_time()
  local address, wait = fixtures.start_peer("6.0.2", "echo.py", "tcp")
  do
    local batching <close> = firth.BatchingChannel(fixtures.connect(address), 50, 0.001)
    batching:send "alone"
    fixtures.wait_until(function() return batching:stream():poll() end)
    lu.assertEquals(batching:recv(fixtures.LONG), "alone")
  end
  wait()
end

function TestRpyc:test_an_object_may_say_a_token_first()
  local address, wait = fixtures.start_peer("6.0.2", "echo.py", "unix", "2", "sesame")
  lu.assertErrorMsgContains("authentication failed", objects.authenticated,
                            fixtures.connect(address), "barley")
  do
    local stream = objects.authenticated(fixtures.connect(address), "sesame")
    local channel <close> = firth.Channel(stream)
    channel:send(("x"):rep(5000))
    lu.assertEquals(channel:recv(fixtures.LONG), ("x"):rep(5000))
    lu.assertTrue(stream.received > 0)
  end
  wait()
end

function TestRpyc:test_it_reads_what_is_sent_uncompressed()
  local address, wait = fixtures.start_peer("6.0.2", "echo.py", "unix")
  do
    local channel <close> = firth.Channel(fixtures.connect(address), { compress = false })
    channel:send(("x"):rep(5000))
    lu.assertEquals(channel:recv(fixtures.LONG), ("x"):rep(5000))
  end
  wait()
end

function TestRpyc:test_the_first_example_prints_the_answer()
  local address, wait = fixtures.start_peer("6.0.2", "echo.py", "tcp")
  local example <close> = io.popen(("'%s' examples/lua/hello.lua %s %s"):format(
    arg[-1], address[3], address[4]))
  lu.assertEquals(example:read "a", "hello, brine\n")
  wait()
end
