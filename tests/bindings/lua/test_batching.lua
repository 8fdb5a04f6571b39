-- Channels that collect payloads and send them in one write, by number, size or time.

local firth = require "firth"
local fixtures = require "fixtures"
local objects = require "custom_objects"
local lu = require "luaunit"

local assert_fails, assert_misuse = fixtures.assert_fails, fixtures.assert_misuse
local writes, LONG = fixtures.writes, fixtures.LONG

-- A channel that batches, and a plain one at its other end.
local function pair(...)
  local here, there = fixtures.unix_pair()
  return assert(firth.BatchingChannel(here, ...)), firth.Channel(there)
end

-- Returns when a batch has left by its time, which began with this call.
local function let_a_batch_time_pass(seconds)
  local batching, far = pair(10, seconds)
  local _ <close> = fixtures.closing(batching, far)
  batching:send "tick"
  lu.assertEquals(far:recv(LONG), "tick")
end

TestBatching = {}

function TestBatching:test_a_full_batch_leaves_in_one_write()
  local batching, far = pair(5, 0)
  local _ <close> = fixtures.closing(batching, far)
  for i = 1, 4 do
    lu.assertIsTrue(batching:send("payload " .. i))
  end
  lu.assertEquals(writes(batching), 0)
  lu.assertEquals(batching:pending(), 4 * 15)
  lu.assertIsFalse(far:poll())
  lu.assertIsTrue(batching:send "payload 5")
  lu.assertEquals({ writes(batching), batching:pending() }, { 1, 0 })
  for i = 1, 5 do
    lu.assertEquals(far:recv(LONG), "payload " .. i)
  end
end

function TestBatching:test_a_batch_holds_10_payloads_unless_told_otherwise()
  for _, arguments in ipairs { { { batch_timeout = 0 } }, { nil, nil }, { nil, 0 },
                               { 10, { batch_timeout = math.huge } } } do
    local batching, far = pair(table.unpack(arguments, 1, 2))
    local _ <close> = fixtures.closing(batching, far)
    for _ = 1, 25 do
      batching:send "x"
    end
    lu.assertEquals({ writes(batching), batching:pending() }, { 2, 5 * 7 })
  end
end

function TestBatching:test_a_batch_leaves_by_its_time_without_any_further_call()
  for _, arguments in ipairs { {}, { 10 }, { 1000, 0.001 }, { 10, { batch_timeout = 0.001 } } } do
    local batching, far = pair(table.unpack(arguments))
    local _ <close> = fixtures.closing(batching, far)
    for i = 1, 3 do
      batching:send("payload " .. i)
    end
    for i = 1, 3 do
      lu.assertEquals(far:recv(LONG), "payload " .. i)
    end
  end
end

function TestBatching:test_without_a_time_a_batch_waits_to_be_full()
  local waiting = {}
  for _, arguments in ipairs { table.pack(10, nil), table.pack(10, 0), table.pack(10, -1),
                               table.pack(10, math.huge), table.pack { batch_timeout = -1 },
                               table.pack { batch_timeout = math.huge } } do
    local batching, far = pair(table.unpack(arguments, 1, arguments.n))
    batching:send "waits"
    waiting[#waiting + 1] = { batching, far }
  end
  let_a_batch_time_pass(0.15)
  for i, ends in ipairs(waiting) do
    local _ <close> = fixtures.closing(table.unpack(ends))
    lu.assertIsFalse(ends[2]:poll(), i)
  end
end

function TestBatching:test_a_batch_never_grows_over_the_queue()
  local batching, far = pair(1000, 0, { limits = { queue = 1000 }, compress = false })
  local _ <close> = fixtures.closing(batching, far)
  for i = 1, 100 do
    batching:send(("%04d"):format(i):rep(50))
    lu.assertTrue(batching:pending() <= 1000)
  end
  lu.assertTrue(writes(batching) >= 20 and writes(batching) <= 30, writes(batching))
  batching:flush()
  for i = 1, 100 do
    lu.assertEquals(far:recv(LONG), ("%04d"):format(i):rep(50))
  end
end

function TestBatching:test_a_batch_never_grows_over_the_largest_buffer()
  local batching, far = pair(1000, 0, { limits = { queue = 64 << 20 }, compress = false })
  local _ <close> = fixtures.closing(batching, far)
  local payload = fixtures.random_bytes(300000)
  for _ = 1, 4 do
    fixtures.assert_done(batching:send(payload, 0))
    lu.assertTrue(batching:pending() <= firth.MAX_BUFFER_SIZE + #payload + 6)
  end
  lu.assertTrue(writes(batching) > 0)
  for _ = 1, 4 do
    lu.assertTrue(fixtures.recv_while(far, batching) == payload)
  end
end

function TestBatching:test_flush_sends_a_batch()
  local batching, far = pair(10, 0)
  local _ <close> = fixtures.closing(batching, far)
  batching:send "x"
  lu.assertIsTrue(batching:flush())
  lu.assertEquals(far:recv(LONG), "x")
  lu.assertEquals(writes(batching), 1)
end

function TestBatching:test_receiving_sends_a_batch_first()
  for _, name in ipairs { "recv", "poll" } do
    local batching, far = pair(10, 0)
    local _ <close> = fixtures.closing(batching, far)
    batching:send "question"
    batching[name](batching, 0)
    lu.assertEquals(far:recv(LONG), "question")
  end
end

function TestBatching:test_finish_sends_a_batch()
  local batching, far = pair(10, 0)
  local _ <close> = fixtures.closing(batching, far)
  batching:send "last"
  lu.assertIsTrue(batching:finish())
  lu.assertEquals(far:recv(LONG), "last")
  assert_fails("eof", far:recv(LONG))
end

function TestBatching:test_close_gives_a_batch_one_try()
  local batching, far = pair(10, 0)
  local _ <close> = fixtures.closing(batching, far)
  batching:send "last"
  lu.assertIsTrue(batching:close())
  lu.assertEquals(far:recv(LONG), "last")
end

function TestBatching:test_a_cork_holds_a_batch()
  local batching, far = pair(2, 0.001)
  local _ <close> = fixtures.closing(batching, far)
  batching:cork()
  for i = 1, 5 do
    batching:send("payload " .. i)
  end
  let_a_batch_time_pass(0.05)
  lu.assertEquals(writes(batching), 0)
  batching:uncork()
  lu.assertEquals(writes(batching), 1)
  for i = 1, 5 do
    lu.assertEquals(far:recv(LONG), "payload " .. i)
  end
end

function TestBatching:test_a_batch_that_the_peer_does_not_take_leaves_when_it_does()
  local batching, far = pair(1000, 0.001, { limits = { queue = 8 << 20 }, compress = false })
  local _ <close> = fixtures.closing(batching, far)
  local payload = fixtures.random_bytes(500000)
  for i = 1, 2 do
    batching:send(payload .. i, 0)
  end
  for i = 1, 2 do
    lu.assertTrue(far:recv(LONG) == payload .. i)
  end
  fixtures.wait_until(function() return batching:pending() == 0 end)
end

function TestBatching:test_two_ends_with_full_batches_do_not_wait_for_each_other()
  local here, there = fixtures.unix_pair()
  local options = { compress = false, limits = { queue = 8 << 20 } }
  local ends = {
    firth.BatchingChannel(here, 100, 0, options), firth.BatchingChannel(there, 100, 0, options),
  }
  local _ <close> = fixtures.closing(table.unpack(ends))
  local payload, received = fixtures.random_bytes(100000), { 0, 0 }
  for _, channel in ipairs(ends) do
    for i = 1, 50 do
      fixtures.assert_done(channel:send(payload .. i, 0))
    end
  end
  fixtures.wait_until(function()
    for i, channel in ipairs(ends) do
      local got, message, code = channel:recv(0)
      received[i] = received[i] + (got and 1 or 0)
      lu.assertTrue(got == nil or got == payload .. received[i])
      lu.assertTrue(got ~= nil or code == "timeout", message)
    end
    return received[1] == 50 and received[2] == 50
  end)
end

-- A channel whose batch could not be sent, and nobody has called since.
local function failed_in_the_background()
  local batching, far = pair(10, 0.001)
  far:close()
  batching:send "never"
  fixtures.wait_until(function() return batching:stream():closed() end)
  return batching
end

function TestBatching:test_what_fails_in_the_background_is_told_by_the_next_call()
  for _, name in ipairs { "send", "recv", "poll", "flush", "finish", "close" } do
    local batching <close> = failed_in_the_background()
    local arguments = name == "send" and { "x" } or {}
    assert_fails("connection_lost", batching[name](batching, table.unpack(arguments)))
  end
end

function TestBatching:test_what_fails_in_the_background_is_told_once()
  local batching <close> = failed_in_the_background()
  assert_fails("connection_lost", batching:close())
  lu.assertIsTrue(batching:close())
end

function TestBatching:test_what_fails_in_the_background_is_told_by_uncork()
  local batching <close> = failed_in_the_background()
  batching:cork()
  assert_fails("connection_lost", batching:uncork())
end

function TestBatching:test_a_collected_channel_sends_nothing_and_leaves_the_stream()
  local here, there = fixtures.unix_pair()
  local _ <close> = fixtures.closing(here, there)
  firth.BatchingChannel(here, 10, 1):send "never"
  fixtures.collect()
  let_a_batch_time_pass(1.5)
  lu.assertIsFalse(there:poll())
  lu.assertIsFalse(here:closed())
end

function TestBatching:test_an_object_of_lua_can_have_no_time()
  local below <close> = fixtures.unix_pair()
  for _, object in ipairs { objects.memory(), firth.BufferedStream(objects.memory()) } do
    for _, arguments in ipairs { {}, { 10 }, { 10, 0.1 }, { { batch_timeout = 5 } } } do
      local batching, message, code = firth.BatchingChannel(object, table.unpack(arguments))
      assert_fails("not_supported", batching, message, code)
      lu.assertStrContains(message, "batch_timeout")
    end
  end
end

function TestBatching:test_an_object_of_lua_gets_a_full_batch_in_one_write()
  local object = objects.memory()
  local batching = assert(firth.BatchingChannel(object, 3, 0))
  for _, payload in ipairs { "a", "", "b", "c" } do
    lu.assertTrue(batching:send(payload))
  end
  lu.assertEquals(object.outgoing, { "\0\0\0\1\0a\n\0\0\0\0\0\n\0\0\0\1\0b\n" })
  lu.assertTrue(batching:flush())
  lu.assertEquals(object.outgoing[2], "\0\0\0\1\0c\n")
end

function TestBatching:test_a_batch_of_1_is_a_plain_channel_over_an_object_too()
  local object = objects.memory()
  local channel = assert(firth.BatchingChannel(object, 1, 0))
  channel:send "a"
  lu.assertEquals(object.outgoing, { "\0\0\0\1\0a\n" })
end

function TestBatching:test_what_an_object_raises_comes_out_of_the_send_that_fills_the_batch()
  local raised, broken = {}, true
  local object = objects.memory("", { write = function(self, data)
    if broken then
      error(raised)
    end
    self.outgoing[1] = data
  end })
  local batching = firth.BatchingChannel(object, 2, 0)
  batching:send "a"
  local well, problem = pcall(batching.send, batching, "b")
  lu.assertFalse(well)
  lu.assertTrue(rawequal(problem, raised))
  broken = false
  lu.assertTrue(batching:flush())
  lu.assertEquals(object.outgoing, { "\0\0\0\1\0a\n\0\0\0\1\0b\n" })
end

function TestBatching:test_batches_may_be_compressed()
  local batching, far = pair(3, 0, { compression_level = 9, compression_threshold = 10 })
  local _ <close> = fixtures.closing(batching, far)
  local payload = ("x"):rep(100000)
  for _ = 1, 3 do
    batching:send(payload)
  end
  lu.assertEquals(writes(batching), 1)
  lu.assertTrue(batching:stream():counters().bytes_written < 1000)
  for _ = 1, 3 do
    lu.assertTrue(far:recv(LONG) == payload)
  end
end

function TestBatching:test_a_channel_batches_by_its_options_too()
  local here, there = fixtures.unix_pair()
  local _ <close> = fixtures.closing(here, there)
  local channel = firth.Channel(here, { batch_size = 2, batch_timeout = 0 })
  channel:send "a"
  lu.assertIsFalse(there:poll())
  channel:send "b"
  lu.assertEquals(there:read(14, LONG), "\0\0\0\1\0a\n\0\0\0\1\0b\n")
end

function TestBatching:test_it_is_a_channel()
  local batching, far = pair()
  local _ <close> = fixtures.closing(batching, far)
  lu.assertStrMatches(tostring(batching), "firth%.Channel: 0x%x+")
  lu.assertIsFalse(batching:encrypted())
  lu.assertIsTrue(batching:compress())
  lu.assertIsFalse(batching:corked())
  assert_misuse("string expected, got number", batching.send, batching, 5)
end
