-- What an object of Lua below a stream raises, and the failures that it gives.

local firth = require "firth"
local fixtures = require "fixtures"
local objects = require "custom_objects"
local lu = require "luaunit"

local assert_fails, assert_misuse = fixtures.assert_fails, fixtures.assert_misuse

local function frame(payload)
  return assert(firth.FrameCodec():encode(payload))
end

-- Values that Lua can raise.
local function raisable()
  local values = { {}, "text", 5, true, false, print, coroutine.create(print), io.stdout,
                   setmetatable({}, { __tostring = function() error "never" end }) }
  return values
end

local function raiser(value)
  return function() error(value, 0) end
end

local function assert_raises(value, call, ...)
  local well, problem = pcall(call, ...)
  lu.assertFalse(well, "nothing was raised")
  lu.assertTrue(rawequal(problem, value))
end

TestCustomErrors = {}

function TestCustomErrors:test_what_a_method_raises_comes_out_itself()
  for _, value in ipairs(raisable()) do
    local raise = raiser(value)
    local stream = firth.Stream(objects.memory("", {
      read = raise, write = raise, poll = raise, flush = raise, fileno = raise, close = raise,
    }))
    local channel = firth.Channel(stream)
    assert_raises(value, stream.read, stream, 1)
    assert_raises(value, stream.read_some, stream, 1)
    assert_raises(value, stream.read, stream, 1, 5)
    assert_raises(value, stream.write, stream, "x")
    assert_raises(value, stream.poll, stream)
    assert_raises(value, stream.flush, stream)
    assert_raises(value, stream.fileno, stream)
    assert_raises(value, channel.recv, channel)
    assert_raises(value, channel.poll, channel)
    assert_raises(value, channel.send, channel, "x")
    assert_raises(value, channel.close, channel)
    lu.assertTrue(channel:closed())
  end
end

function TestCustomErrors:test_nil_can_be_raised_too()
  local stream = firth.Stream(objects.memory("", { read = raiser(nil) }))
  assert_raises(nil, stream.read, stream, 1)
end

function TestCustomErrors:test_what_closed_raises_comes_out()
  local value
  local object = objects.memory("", { closed = function()
    if value then
      error(value)
    end
  end })
  local channel = firth.Channel(object)
  value = {}
  assert_raises(value, channel.closed, channel)
  assert_raises(value, firth.Channel, object)
end

function TestCustomErrors:test_what_an_index_function_raises_comes_out()
  local value = {}
  assert_raises(value, firth.Channel, setmetatable({}, { __index = raiser(value) }))
end

function TestCustomErrors:test_it_comes_through_a_buffered_stream()
  local value = {}
  local stream = firth.BufferedStream(objects.memory("", { read = raiser(value),
                                                           write = raiser(value) }))
  stream:write "collected"
  assert_raises(value, stream.read, stream, 1)
  assert_raises(value, stream.flush, stream)
  lu.assertEquals({ stream:held() }, { 0, 9 })
end

function TestCustomErrors:test_what_came_before_an_error_stays()
  local value, incoming = {}, frame("abcdef"):sub(1, 8)
  local channel = firth.Channel(objects.memory("", { read = function(_, length)
    local data = incoming:sub(1, length)
    incoming = incoming:sub(#data + 1)
    return #data > 0 and data or error(value)
  end }))
  assert_raises(value, channel.recv, channel)
  incoming = frame("abcdef"):sub(9)
  lu.assertEquals(channel:recv(), "abcdef")
end

function TestCustomErrors:test_a_payload_whose_write_raised_goes_out_with_the_next_flush()
  local value, broken, object = {}, true, nil
  object = objects.memory("", { write = function(_, data)
    if broken then
      error(value)
    end
    object.outgoing[#object.outgoing + 1] = data
  end })
  local channel = firth.Channel(object)
  assert_raises(value, channel.send, channel, "first")
  lu.assertEquals(channel:pending(), #frame "first")
  broken = false
  lu.assertTrue(channel:send "second")
  lu.assertEquals(table.concat(object.outgoing), frame "first" .. frame "second")
end

function TestCustomErrors:test_closing_tells_of_a_payload_that_did_not_go_out()
  local value = {}
  local channel = firth.Channel(objects.memory("", { write = raiser(value) }))
  assert_raises(value, channel.send, channel, "first")
  lu.assertEquals(assert_fails("unsent", channel:close()), #frame "first")
end

function TestCustomErrors:test_of_a_finish_that_fails_twice_the_first_error_comes_out()
  local first, second = {}, {}
  local channel = firth.Channel(objects.memory("", { flush = raiser(first),
                                                     close = raiser(second) }))
  assert_raises(first, channel.finish, channel)
  lu.assertTrue(channel:closed())
end

function TestCustomErrors:test_after_a_loss_what_close_raises_is_dropped()
  local channel = firth.Channel(objects.memory("", { close = raiser {} }))
  assert_fails("eof", channel:recv())
  assert_fails("eof", channel:recv())
  lu.assertTrue(channel:close())
end

function TestCustomErrors:test_a_scope_raises_what_the_object_raises()
  local value = {}
  assert_raises(value, function()
    local _ <close> = firth.Channel(objects.memory("", { close = raiser(value) }))
  end)
end

function TestCustomErrors:test_an_error_of_the_object_is_raised_only_once()
  local value, object = {}, objects.memory "abc"
  local stream = firth.Stream(object)
  object.read = raiser(value)
  assert_raises(value, stream.read, stream, 1)
  object.read = nil
  lu.assertEquals(stream:read(3), "abc")
  assert_fails("eof", stream:read(1))
end

function TestCustomErrors:test_a_method_that_goes_away_is_an_error_of_lua()
  local object = objects.memory "abc"
  local stream = firth.Stream(object)
  object.read = 5
  assert_misuse("attempt to call a number value", stream.read, stream, 1)
end

TestCustomFailures = {}

function TestCustomFailures:test_a_failure_in_firths_own_form_is_passed_on()
  for _, code in ipairs { "connection_lost", "closed", "system", "protocol", "interrupted" } do
    local stream = firth.Stream(objects.memory("", {
      read = function() return nil, "what happened", code end,
    }))
    local result, message, actual = stream:read(1)
    lu.assertEquals({ result, message, actual }, { nil, "what happened", code })
  end
end

function TestCustomFailures:test_a_time_out_below_is_a_time_out()
  local channel = firth.Channel(objects.memory("", {
    read = function() return nil, "no time left", "timeout" end,
    write = function() return nil, "no time left", "timeout" end,
  }))
  assert_fails("timeout", channel:recv())
  assert_fails("timeout", channel:send "x")
  lu.assertEquals(channel:pending(), #frame "x")
end

function TestCustomFailures:test_a_failure_with_an_errno_is_one_of_the_system()
  local stream = firth.Stream(objects.memory("", { read = function()
    return io.open "/nowhere/at/all"
  end }))
  local _, errno = assert_fails("system", stream:read(1))
  lu.assertEquals(errno, 2)
end

function TestCustomFailures:test_other_failures_have_the_code_callback()
  for _, code in ipairs { "mine", "invalid", false } do
    local stream = firth.Stream(objects.memory("", { read = function()
      return nil, "what happened", code or nil
    end }))
    lu.assertEquals({ stream:read(1) }, { nil, "what happened", "callback" })
  end
end

function TestCustomFailures:test_a_write_that_failed_after_a_part_tells_how_much_it_took()
  local stream = firth.Stream(objects.memory("", { write = function()
    return nil, "it fell over", "system", 2, 5
  end }))
  local result, message, code, taken, errno = stream:write "abcdef"
  lu.assertEquals({ result, message, code, taken, errno }, { nil, "it fell over", "system", 2, 5 })
end

function TestCustomFailures:test_a_close_that_fails_says_so()
  local stream = firth.Stream(objects.memory("", { close = function()
    return nil, "it does not close", "system"
  end }))
  assert_fails("system", stream:close())
  lu.assertTrue(stream:close())
end

TestCustomReentry = {}

-- A stream over an object that calls `use` with the stream while it reads and writes.
local function stream_that_uses_itself(use)
  local stream
  stream = firth.Stream(objects.memory("", {
    read = function() return use(stream) end,
    write = function() return use(stream) end,
  }))
  return stream
end

function TestCustomReentry:test_a_read_that_reads_its_own_stream_is_refused()
  local stream = stream_that_uses_itself(function(it) return it:read(1) end)
  assert_misuse("waits for itself", stream.read, stream, 1)
end

function TestCustomReentry:test_a_write_that_flushes_the_buffer_above_is_refused()
  local buffered
  buffered = firth.BufferedStream(stream_that_uses_itself(function() return buffered:flush() end))
  buffered:write "x"
  assert_misuse("waits for itself", buffered.flush, buffered)
end

function TestCustomReentry:test_a_read_may_write_to_its_own_stream()
  local object
  local stream
  object = objects.memory("", { read = function()
    stream:write "asked"
    return "x"
  end })
  stream = firth.Stream(object)
  lu.assertEquals(stream:read(1), "x")
  lu.assertEquals(object.outgoing, { "asked" })
end

function TestCustomReentry:test_a_read_may_close_its_own_stream()
  local object
  local stream
  object = objects.memory("", { read = function()
    stream:close()
    return nil, "closed here", "closed"
  end })
  stream = firth.Stream(object)
  assert_fails("closed", stream:read(1))
  lu.assertEquals(object.calls, { "close" })
end

function TestCustomReentry:test_an_error_caught_inside_is_not_raised_outside()
  local object
  local stream
  object = objects.memory("", {
    read = function()
      pcall(stream.write, stream, "x")
      return "y"
    end,
    write = raiser {},
  })
  stream = firth.Stream(object)
  lu.assertEquals(stream:read(1), "y")
end

function TestCustomReentry:test_the_methods_run_on_the_calling_coroutine()
  local seen = {}
  local stream = firth.Stream(objects.memory("", { read = function()
    seen[#seen + 1] = coroutine.running()
    return "x"
  end }))
  local first = coroutine.create(function() return stream:read(1) end)
  local second = coroutine.create(function() return stream:read(1) end)
  coroutine.resume(first)
  first = nil
  fixtures.collect()
  lu.assertEquals({ coroutine.resume(second) }, { true, "x" })
  lu.assertTrue(rawequal(seen[2], second))
  lu.assertEquals(stream:read(1), "x")
end

function TestCustomReentry:test_a_method_may_use_the_stream_from_another_coroutine()
  local object
  local stream
  object = objects.memory("", { read = function()
    local inner = coroutine.wrap(function() return stream:write "inner" end)
    inner()
    inner = nil
    fixtures.collect()
    return "x"
  end })
  stream = firth.Stream(object)
  lu.assertEquals(stream:read(3), "xxx")
  lu.assertEquals(#object.outgoing, 3)
end

function TestCustomReentry:test_a_yield_inside_a_method_fails_and_loses_nothing()
  local yields = true
  local stream = firth.Stream(objects.memory("abc", { read = function()
    if yields then
      coroutine.yield()
    end
    return "abc"
  end }))
  local well, problem = coroutine.resume(coroutine.create(function() return stream:read(3) end))
  lu.assertFalse(well)
  lu.assertStrContains(problem, "attempt to yield across a C-call boundary")
  yields = false
  lu.assertEquals(stream:read(3), "abc")
end

function TestCustomReentry:test_endless_recursion_is_an_error_and_no_crash()
  local function deeper()
    local stream = firth.Stream(objects.memory("", { read = deeper }))
    return stream:read(1)
  end
  assert_misuse("stack overflow", deeper)
end
