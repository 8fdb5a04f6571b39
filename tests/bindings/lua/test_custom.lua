-- Objects of Lua as streams: what firth asks of them, and what they may answer.

local firth = require "firth"
local fixtures = require "fixtures"
local objects = require "custom_objects"
local lu = require "luaunit"

local assert_fails, assert_misuse = fixtures.assert_fails, fixtures.assert_misuse
local LONG = fixtures.LONG

local function frame(payload)
  return assert(firth.FrameCodec():encode(payload))
end

TestCustom = {}

function TestCustom:test_a_channel_over_an_object_sends_and_receives()
  local object = objects.memory(frame "there")
  local channel = firth.Channel(object)
  lu.assertTrue(channel:send "back")
  lu.assertEquals(channel:recv(), "there")
  lu.assertEquals(object.outgoing, { frame "back" })
end

function TestCustom:test_a_stream_over_an_object_reads_exactly()
  local stream = firth.Stream(objects.memory("abcdef", {
    read = function(self)
      local byte = self.incoming:sub(1, 1)
      self.incoming = self.incoming:sub(2)
      return byte
    end,
  }))
  lu.assertEquals(stream:read(4), "abcd")
  lu.assertEquals(stream:read_some(4), "e")
  lu.assertEquals(stream:counters().bytes_read, 5)
end

function TestCustom:test_a_frame_is_one_write_to_the_object()
  local object = objects.memory()
  local channel = firth.Channel(object)
  channel:send ""
  channel:send(("x"):rep(100000))
  lu.assertEquals(#object.outgoing, 2)
end

function TestCustom:test_bytes_with_nuls_go_through()
  local object = objects.memory "\0a\0"
  local stream = firth.Stream(object)
  stream:write "\0b\0"
  lu.assertEquals(object.outgoing, { "\0b\0" })
  lu.assertEquals(stream:read(3), "\0a\0")
end

function TestCustom:test_several_mebibytes_and_deflated_payloads_arrive_whole()
  local payload = fixtures.random_bytes(5 << 20)
  local channel = firth.Channel(objects.memory(frame(payload) .. frame(("x"):rep(1 << 20))))
  lu.assertTrue(channel:recv() == payload)
  lu.assertTrue(channel:recv() == ("x"):rep(1 << 20))
end

function TestCustom:test_read_is_asked_for_the_first_part_only()
  local object = objects.memory(frame "payload")
  local stream = firth.BufferedStream(object)
  stream:read(2)
  lu.assertEquals(object.asked, 2)
end

function TestCustom:test_read_some_is_asked_for_all_there_is_room_for()
  local object = objects.memory("abcdef")
  object.read_some = object.read
  object.read = function() error "never" end
  local stream = firth.BufferedStream(object, { buffer_size = 100 })
  lu.assertEquals(stream:read(2), "ab")
  lu.assertEquals(object.asked, 102)
  lu.assertEquals({ stream:held() }, { 4, 0 })
end

function TestCustom:test_nil_and_an_empty_string_are_the_end()
  for _, answer in ipairs { function() return "" end, function() return nil end,
                            function() end } do
    local object = objects.memory("", { read = answer })
    assert_fails("eof", firth.Channel(object):recv())
    lu.assertEquals(object.calls, { "close" })
  end
end

function TestCustom:test_the_end_inside_a_frame_is_a_lost_connection()
  assert_fails("connection_lost", firth.Channel(objects.memory(frame("there"):sub(1, 7))):recv())
end

function TestCustom:test_what_read_must_not_give_is_named()
  for expected, answer in pairs {
    ["gave 9 bytes, expected a string of at most 5 bytes"] = "123456789",
    ["gave 6 bytes, expected a string of at most 5 bytes"] = "123456",
    ["gave 12345, expected a string"] = 12345,
    ["gave table, expected a string"] = {},
    ["gave boolean, expected a string"] = false,
  } do
    local channel = firth.Channel(objects.memory("", { read = function() return answer end }))
    assert_misuse("the object's read " .. expected, channel.recv, channel)
  end
end

function TestCustom:test_write_may_take_a_part()
  local taken = {}
  local stream = firth.Stream(objects.memory("", {
    write = function(_, data)
      taken[#taken + 1] = data:sub(1, 2)
      return math.min(2.0, #data)
    end,
  }))
  lu.assertTrue(stream:write "abcde")
  lu.assertEquals(table.concat(taken), "abcde")
end

function TestCustom:test_true_means_that_all_was_taken()
  local stream = firth.Stream(objects.memory("", { write = function() return true end }))
  lu.assertTrue(stream:write "abc")
  lu.assertEquals(stream:counters().bytes_written, 3)
end

function TestCustom:test_a_write_that_takes_nothing_is_to_be_tried_later()
  local count = 0
  local object = objects.memory("", { write = function() return count end })
  local channel = firth.Channel(object)
  assert_fails("timeout", channel:send "abc")
  lu.assertEquals(channel:pending(), 9)
  count = 9
  lu.assertTrue(channel:flush())
  lu.assertEquals(channel:pending(), 0)
end

function TestCustom:test_what_write_must_not_give_is_named()
  for expected, answer in pairs {
    ["gave 4, expected"] = 4, ["gave -1, expected"] = -1, ["gave 1.5, expected"] = 1.5,
    ["gave 1 bytes, expected"] = "2", ["gave boolean, expected"] = false,
  } do
    local stream = firth.Stream(objects.memory("", { write = function() return answer end }))
    assert_misuse("the object's write " .. expected .. " nil, true, or a count from 0 to 3",
                  stream.write, stream, "abc")
  end
end

function TestCustom:test_close_closes_the_object_once()
  local object = objects.memory()
  local channel = firth.Channel(object)
  lu.assertTrue(channel:close())
  lu.assertTrue(channel:close())
  lu.assertTrue(channel:finish())
  lu.assertEquals(object.calls, { "close" })
  assert_fails("closed", channel:send "x")
end

function TestCustom:test_finish_closes_the_object()
  local object = objects.memory()
  lu.assertTrue(firth.Channel(object):finish())
  lu.assertEquals(object.calls, { "close" })
end

function TestCustom:test_a_scope_finishes()
  local object = objects.memory()
  do
    local stream <close> = firth.BufferedStream(object)
    stream:write "collected"
  end
  lu.assertEquals(object.outgoing, { "collected" })
  lu.assertTrue(object.is_closed)
end

function TestCustom:test_closed_is_true_once_the_object_says_so()
  local object = objects.memory()
  local stream = firth.Stream(object)
  local channel = firth.Channel(firth.BufferedStream(stream))
  lu.assertEquals({ stream:closed(), channel:closed() }, { false, false })
  object.is_closed = true
  lu.assertEquals({ stream:closed(), channel:closed() }, { true, true })
end

function TestCustom:test_closed_may_be_a_field()
  local object = objects.memory("", { closed = false })
  local channel = firth.Channel(object)
  lu.assertIsFalse(channel:closed())
  object.closed = true
  lu.assertIsTrue(channel:closed())
end

function TestCustom:test_flush_and_finish_flush_the_object()
  local flushes = 0
  local stream = firth.Stream(objects.memory("", { flush = function() flushes = flushes + 1 end }))
  lu.assertTrue(stream:flush())
  lu.assertEquals(flushes, 1)
  lu.assertTrue(firth.Channel(stream):finish())
  lu.assertEquals(flushes, 2)
end

function TestCustom:test_flushing_keeps_no_time()
  local stream = firth.Stream(objects.memory("", { flush = function() error "never" end }))
  assert_fails("not_supported", stream:flush(0))
  assert_fails("not_supported", stream:flush(LONG))
end

function TestCustom:test_the_descriptor_is_the_objects()
  for _, descriptor in ipairs { 0, 7 } do
    local stream = firth.Stream(objects.memory("", { fileno = function() return descriptor end }))
    lu.assertEquals({ stream:fileno(), stream:write_fileno() }, { descriptor, descriptor })
  end
  assert_fails("not_supported", firth.Stream(objects.memory()):fileno())
end

function TestCustom:test_what_fileno_must_not_give_is_named()
  for _, answer in ipairs { -1, 1.5, "none", 1 << 40 } do
    local stream = firth.Stream(objects.memory("", { fileno = function() return answer end }))
    assert_misuse("the object's fileno gave", stream.fileno, stream)
  end
end

function TestCustom:test_a_userdata_with_the_methods_is_a_stream()
  local here, there = fixtures.unix_pair()
  local _ <close> = fixtures.closing(here, there)
  local file = assert(io.tmpfile())
  local own = debug.getmetatable(file)
  debug.setmetatable(file, { __index = objects.over(here) })
  local channel = firth.Channel(file)
  channel:send "x"
  lu.assertEquals(firth.Channel(there):recv(LONG), "x")
  debug.setmetatable(file, own)
  file:close()
end

function TestCustom:test_methods_may_be_what_can_be_called()
  local object = objects.memory "a"
  object.read = setmetatable({}, { __call = function(_, self) return self.incoming end })
  lu.assertEquals(firth.Stream(object):read(1), "a")
end

function TestCustom:test_the_very_object_is_given_back()
  local object = objects.memory()
  lu.assertTrue(rawequal(firth.Channel(object):stream(), object))
  lu.assertTrue(rawequal(firth.BufferedStream(object):lower(), object))
  lu.assertTrue(rawequal(firth.Stream(object):lower(), object))
end

function TestCustom:test_a_stream_that_was_made_of_an_object_is_given_back_itself()
  local stream = firth.Stream(objects.memory())
  local buffered = firth.BufferedStream(stream)
  lu.assertTrue(rawequal(firth.Channel(stream):stream(), stream))
  lu.assertTrue(rawequal(buffered:lower(), stream))
  lu.assertTrue(rawequal(firth.Channel(buffered):stream(), buffered))
end

function TestCustom:test_a_stream_of_a_stream_is_that_stream()
  local stream <close> = fixtures.unix_pair()
  lu.assertTrue(rawequal(firth.Stream(stream), stream))
end

TestCustomTimes = {}

function TestCustomTimes:setUp()
  self.below, self.there = fixtures.unix_pair()
end

function TestCustomTimes:tearDown()
  self.below:close()
  self.there:close()
end

function TestCustomTimes:test_a_time_out_polls_first_and_loses_nothing()
  local channel = firth.Channel(objects.polling_over(self.below))
  assert_fails("timeout", channel:recv(0))
  self.there:write(frame("abcdef"):sub(1, 7))
  assert_fails("timeout", channel:recv(0.001))
  self.there:write(frame("abcdef"):sub(8))
  lu.assertEquals(channel:recv(LONG), "abcdef")
end

function TestCustomTimes:test_poll_is_given_seconds_or_nil()
  local given = {}
  local stream = firth.Stream(objects.memory("ab", {
    poll = function(_, timeout)
      given[#given + 1] = timeout == nil and "nil" or timeout
      return true
    end,
  }))
  stream:poll()
  stream:poll(nil)
  stream:read(1)
  stream:read(1, LONG)
  lu.assertEquals({ given[1], given[2], #given }, { 0, "nil", 3 })
  lu.assertTrue(given[3] > LONG / 2 and given[3] <= LONG)
end

function TestCustomTimes:test_poll_answers_with_a_boolean()
  for _, answer in ipairs { 1, "yes" } do
    local stream = firth.Stream(objects.memory("", { poll = function() return answer end }))
    assert_misuse("the object's poll gave", stream.poll, stream)
  end
  local silent = firth.Stream(objects.memory("", { poll = function() end }))
  assert_misuse("the object's poll gave nil, expected a boolean", silent.read, silent, 1, 0)
end

function TestCustomTimes:test_without_poll_reading_keeps_no_time()
  local channel = firth.Channel(objects.over(self.below))
  self.there:write(frame "there")
  assert_fails("not_supported", channel:recv(LONG))
  assert_fails("not_supported", channel:recv(0))
  assert_fails("not_supported", channel:poll())
  lu.assertEquals(channel:recv(), "there")
end

function TestCustomTimes:test_writing_keeps_no_time_and_takes_nothing()
  local channel = firth.Channel(objects.polling_over(self.below))
  assert_fails("not_supported", channel:send("x", LONG))
  lu.assertEquals(channel:pending(), 0)
  lu.assertIsFalse(self.there:poll())
  lu.assertTrue(channel:send "x")
end

function TestCustomTimes:test_the_time_out_of_the_stream_holds()
  local stream = firth.Stream(objects.polling_over(self.below))
  stream:set_timeout(0)
  assert_fails("timeout", stream:read(1))
end

function TestCustomTimes:test_finish_with_its_own_time_flushes_what_is_collected()
  local stream = firth.BufferedStream(objects.over(self.below))
  stream:write "last words"
  lu.assertTrue(stream:finish())
  lu.assertEquals(self.there:read(10, LONG), "last words")
end

TestCustomMisuse = {}

local takers = { Channel = firth.Channel, BufferedStream = firth.BufferedStream,
                 Stream = firth.Stream }

local function assert_refused(value, words)
  for name, take in pairs(takers) do
    assert_misuse("bad argument #1 to '" .. name .. "' (" .. words, take, value)
  end
end

function TestCustomMisuse:test_values_that_are_no_objects()
  assert_refused(nil, "firth.Stream expected, got nil")
  assert_refused(5, "firth.Stream expected, got number")
  assert_refused("text", "firth.Stream expected, got string")
  assert_refused(true, "firth.Stream expected, got boolean")
  assert_refused(print, "firth.Stream expected, got function")
  assert_refused(coroutine.create(print), "firth.Stream expected, got thread")
end

function TestCustomMisuse:test_what_an_object_lacks_is_named()
  for _, name in ipairs { "read", "write", "close", "closed" } do
    local object = { read = print, write = print, close = print, closed = print }
    object[name] = nil
    assert_refused(object, "firth.Stream expected, got table without '" .. name .. "')")
    object[name] = "no method"
    assert_refused(object, "firth.Stream expected, got table without '" .. name .. "')")
  end
  assert_refused({}, "firth.Stream expected, got table without 'read', 'write', 'close', 'closed'")
end

function TestCustomMisuse:test_foreign_userdata_and_objects_of_other_classes()
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  local channel <close> = fixtures.channels()
  assert_refused(io.stdout, "firth.Stream expected, got FILE* without 'closed'")
  assert_refused(listener, "firth.Stream expected, got firth.Listener without 'read', 'write'")
  assert_refused(channel, "firth.Stream expected, got firth.Channel without 'read', 'write'")
  assert_refused(firth.FrameCodec(), "firth.Stream expected, got firth.FrameCodec without 'read'")
end

function TestCustomMisuse:test_a_userdata_without_fields()
  local file = assert(io.tmpfile())
  local own = debug.getmetatable(file)
  debug.setmetatable(file, nil)
  assert_refused(file, "firth.Stream expected, got userdata without 'read'")
  debug.setmetatable(file, own)
end

function TestCustomMisuse:test_an_object_that_is_closed_already()
  local object = objects.memory()
  object:close()
  assert_refused(object, "a closed stream")
  assert_refused(objects.memory("", { closed = true }), "a closed stream")
end

function TestCustomMisuse:test_the_users_line_is_named()
  assert_misuse("test_custom.lua:", function() local _ = firth.Stream(nil) end)
  assert_misuse("test_custom.lua:", function() local _ = firth.BufferedStream {} end)
end

function TestCustomMisuse:test_an_object_that_was_taken_away_is_missed()
  local stream = firth.Stream(objects.memory "abc")
  debug.setuservalue(stream, nil, 1)
  fixtures.collect()
  assert_misuse("taken away", stream.read, stream, 1)
  assert_misuse("taken away", stream.close, stream)
end
