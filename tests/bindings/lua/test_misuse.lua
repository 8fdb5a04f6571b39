local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"

local assert_misuse = fixtures.assert_misuse

-- Values that are no object of firth's, among them userdata of other libraries.
local foreign = {
  io.stdout, 5, "text", true, print, {}, setmetatable({}, { __index = firth.Channel }),
  coroutine.create(print),
}

local function names_of(class)
  local names = {}
  for name, value in pairs(class) do
    if type(value) == "function" then
      names[#names + 1] = name
    end
  end
  return names
end

-- Methods are functions that are reached through an object too.
local function methods_of(class, object)
  local methods = {}
  for _, name in ipairs(names_of(class)) do
    if not name:find "listen" then
      methods[name] = object[name]
    end
  end
  return methods
end

local function assert_refuses_foreign_selves(class, object)
  local count = 0
  for name, method in pairs(methods_of(class, object)) do
    for _, self in ipairs(foreign) do
      lu.assertFalse((pcall(method, self, "x")), name)
    end
    lu.assertFalse((pcall(method)), name)
    lu.assertFalse((pcall(method, nil)), name)
    count = count + 1
  end
  lu.assertTrue(count > 3)
end

TestMisuse = {}

function TestMisuse:test_methods_of_a_stream_refuse_other_selves()
  local stream <close> = fixtures.unix_pair()
  assert_refuses_foreign_selves(firth.Stream, stream)
  assert_misuse("firth.Stream expected", stream.close, firth.FrameCodec())
end

function TestMisuse:test_methods_of_a_channel_refuse_other_selves()
  local channel <close> = fixtures.channels()
  assert_refuses_foreign_selves(firth.Channel, channel)
  assert_misuse("firth.Channel expected", channel.close, channel:stream())
end

function TestMisuse:test_methods_of_a_listener_refuse_other_selves()
  local listener <close> = firth.Listener.listen("127.0.0.1", 0)
  assert_refuses_foreign_selves(firth.Listener, listener)
end

function TestMisuse:test_methods_of_a_codec_refuse_other_selves()
  assert_refuses_foreign_selves(firth.FrameCodec, firth.FrameCodec())
end

function TestMisuse:test_a_channel_refuses_what_is_no_stream()
  for _, value in ipairs(foreign) do
    assert_misuse("firth.Stream expected", firth.Channel, value)
  end
  assert_misuse("firth.Stream expected, got nil", firth.Channel, nil)
  assert_misuse("firth.Stream expected", firth.Channel, firth.FrameCodec())
end

function TestMisuse:test_only_strings_are_sent()
  local channel <close> = fixtures.channels()
  for _, value in ipairs { 5, {}, true, io.stdout } do
    assert_misuse("string expected", channel.send, channel, value)
  end
  assert_misuse("string expected, got nil", channel.send, channel, nil)
  assert_misuse("string expected, got no value", channel.send, channel)
end

function TestMisuse:test_a_refused_send_sends_nothing()
  local channel, stream = fixtures.channel_and_stream()
  local _ <close> = fixtures.closing(channel, stream)
  pcall(channel.send, channel, 5)
  lu.assertIsFalse(stream:poll())
end

function TestMisuse:test_times_are_numbers()
  local channel <close> = fixtures.channels()
  assert_misuse("number expected, got string", channel.recv, channel, "1")
  assert_misuse("number expected", channel.poll, channel, {})
  assert_misuse("not a number", channel.recv, channel, 0 / 0)
end

function TestMisuse:test_lengths_are_whole_and_not_negative()
  local stream <close> = fixtures.unix_pair()
  assert_misuse("below 0", stream.read, stream, -1)
  assert_misuse("no integer representation", stream.read, stream, 1.5)
  assert_misuse("number expected", stream.read, stream, "1")
  assert_misuse("number expected, got no value", stream.read, stream)
end

function TestMisuse:test_compress_is_a_boolean()
  local channel <close> = fixtures.channels()
  assert_misuse("boolean expected", channel.set_compress, channel, 1)
end

function TestMisuse:test_an_unknown_option_is_named()
  local stream <close> = fixtures.unix_pair()
  assert_misuse("unknown option 'compres'", firth.Channel, stream, { compres = true })
  assert_misuse("unknown option '1'", firth.FrameCodec, { true })
end

function TestMisuse:test_options_are_a_table()
  assert_misuse("table of options expected, got boolean", firth.FrameCodec, false)
end

function TestMisuse:test_options_have_their_types()
  local refused = {
    compress = 1, compression_level = "1", compression_threshold = -1, key = 1, limits = 1,
  }
  for name, value in pairs(refused) do
    assert_misuse("bad option '" .. name .. "'", firth.FrameCodec, { [name] = value })
  end
end

function TestMisuse:test_options_have_their_ranges()
  assert_misuse("compression_level", firth.FrameCodec, { compression_level = 10 })
  assert_misuse("compression_level", firth.FrameCodec, { compression_level = -1 })
  assert_misuse("limits.frame", firth.FrameCodec, { limits = { frame = 1 << 32 } })
end

function TestMisuse:test_an_option_out_of_range_is_called_by_its_name()
  local refused = {
    timeout = 0 / 0, family = 1 << 40, socktype = -1 << 40, proto = 1 << 31, keepalive = 2^53,
  }
  for name, value in pairs(refused) do
    assert_misuse("bad option '" .. name .. "'", firth.SocketStream.connect, "localhost", 1,
                  { [name] = value })
  end
  assert_misuse("bad option 'backlog'", firth.Listener.listen, nil, 0, { backlog = 1 << 31 })
  assert_misuse("bad option 'compression_level'", firth.FrameCodec, { compression_level = 1 << 31 })
end

function TestMisuse:test_keepalive_is_a_boolean_or_at_least_one_second()
  for _, value in ipairs { -1, 0.5, "60" } do
    assert_misuse("bad option 'keepalive'", firth.SocketStream.connect, "localhost", 1,
                  { keepalive = value })
  end
end

function TestMisuse:test_connect_options_have_their_types()
  for name, value in pairs { timeout = "3", ipv6 = 6, family = "inet", nodelay = 1 } do
    assert_misuse("bad option '" .. name .. "'", firth.SocketStream.connect, "localhost", 1,
                  { [name] = value })
  end
end

function TestMisuse:test_hosts_ports_and_paths_have_their_types()
  assert_misuse("bad argument #1 to 'connect'", firth.SocketStream.connect, nil, 1)
  assert_misuse("bad argument #2 to 'connect'", firth.SocketStream.connect, "localhost", "1")
  assert_misuse("bad argument #1 to 'unix_connect'", firth.SocketStream.unix_connect, 1)
  assert_misuse("bad argument #1 to 'listen'", firth.Listener.listen, {}, 1)
  assert_misuse("bad argument #2 to 'listen'", firth.Listener.listen, nil)
  assert_misuse("bad argument #1 to 'unix_listen'", firth.Listener.unix_listen)
end

function TestMisuse:test_a_port_out_of_range()
  assert_misuse("70000", firth.SocketStream.connect, "localhost", 70000)
end

function TestMisuse:test_a_path_with_a_nul_in_it()
  assert_misuse("NUL", firth.SocketStream.unix_connect, "a\0b")
end

function TestMisuse:test_a_path_that_is_too_long()
  assert_misuse("", firth.SocketStream.unix_connect, ("x"):rep(200))
  assert_misuse("", firth.Listener.unix_listen, ("x"):rep(200))
end

function TestMisuse:test_what_is_raised_points_at_the_users_line()
  assert_misuse("test_misuse.lua:", function() local _ = firth.Channel(nil) end)
  assert_misuse("test_misuse.lua:", function() local _ = firth.FrameCodec { x = 1 } end)
  assert_misuse("test_misuse.lua:", function()
    local _ = firth.SocketStream.connect("localhost", 70000)
  end)
end

function TestMisuse:test_a_constructor_is_called_by_its_own_name()
  assert_misuse("bad argument #1 to 'Channel' (firth.Stream expected, got nil)", firth.Channel)
  assert_misuse("bad argument #2 to 'unix_connect' (number expected, got table)",
                firth.SocketStream.unix_connect, "path", {})
end

function TestMisuse:test_a_method_call_names_the_method()
  local channel <close> = fixtures.channels()
  assert_misuse("bad argument #1 to 'send'", function() channel:send(nil) end)
end

function TestMisuse:test_objects_have_no_fields_to_set()
  local channel <close> = fixtures.channels()
  lu.assertFalse((pcall(function() channel.extra = 1 end)))
  lu.assertNil(channel.extra)
end

function TestMisuse:test_metatables_are_hidden()
  local channel <close> = fixtures.channels()
  lu.assertEquals(getmetatable(channel), "firth.Channel")
end

-- Calls `use` while `object` has the metatable of `other`, which takes the debug library.
local function with_metatable_of(other, object, use)
  local own = debug.getmetatable(object)
  debug.setmetatable(object, debug.getmetatable(other))
  use(object)
  debug.setmetatable(object, own)
end

function TestMisuse:test_a_foreign_userdata_with_our_metatable_is_refused()
  local stream <close> = fixtures.unix_pair()
  with_metatable_of(stream, assert(io.tmpfile()), function(file)
    assert_misuse("bad argument #1", stream.read, file, 1, 0)
  end)
end

function TestMisuse:test_an_object_with_the_metatable_of_another_class_is_refused()
  local channel <close> = fixtures.channels()
  with_metatable_of(channel:stream(), channel, function()
    assert_misuse("bad argument #1", channel.read, channel, 1, 0)
  end)
  lu.assertTrue(channel:send "still a channel")
end

function TestMisuse:test_a_finaliser_called_by_hand_leaves_other_values_alone()
  local channel <close> = fixtures.channels()
  local finalise = debug.getmetatable(channel).__gc
  for _, value in ipairs(foreign) do
    finalise(value)
  end
  finalise()
  finalise(channel:stream())
  lu.assertTrue(channel:send "still there")
end

function TestMisuse:test_an_object_finalised_by_hand_is_refused()
  local channel = fixtures.channels()
  local finalise = debug.getmetatable(channel).__gc
  finalise(channel)
  finalise(channel)
  assert_misuse("collected", channel.send, channel, "x")
end

function TestMisuse:test_comparing_with_foreign_userdata_is_safe()
  local channel <close> = fixtures.channels()
  lu.assertFalse(channel == io.stdout)
  lu.assertFalse(channel:stream() == channel)
end

function TestMisuse:test_an_object_prints_as_what_it_is()
  local channel <close> = fixtures.channels()
  lu.assertStrMatches(tostring(channel), "firth%.Channel: 0x%x+")
end

function TestMisuse:test_the_module_adds_no_globals()
  for _, name in ipairs { "firth", "firth_core", "swig_type", "swig_equals" } do
    lu.assertNil(rawget(_G, name), name)
  end
end

TestModule = {}

function TestModule:test_versions_are_text()
  lu.assertStrMatches(firth.version(), "%d+%.%d+%.%d+")
  lu.assertStrMatches(firth.zlib_version(), "%d+%..*")
  lu.assertEquals(firth._VERSION, "firth " .. firth.version())
end

function TestModule:test_constants_are_rpycs_and_integers()
  lu.assertEquals(firth.COMPRESSION_THRESHOLD, 3000)
  lu.assertEquals(firth.COMPRESSION_LEVEL, 1)
  lu.assertEquals(firth.FRAME_HEADER_SIZE, 5)
  lu.assertEquals(firth.FRAME_TRAILER_SIZE, 1)
  lu.assertEquals(firth.FRAME_LIMIT, 256 << 20)
  lu.assertEquals(firth.INFLATED_LIMIT, 256 << 20)
  lu.assertEquals(firth.QUEUE_LIMIT, 1 << 20)
  lu.assertEquals(firth.KEEPALIVE_DEFAULT, 60)
  lu.assertEquals(math.type(firth.FRAME_LIMIT), "integer")
  lu.assertEquals(firth.CONNECT_TIMEOUT, 3)
  lu.assertEquals(firth.FINISH_TIMEOUT, 3)
end

function TestModule:test_constants_are_those_of_the_documents()
  local expected = {
    DEFAULT_BUFFER_SIZE = 8192, MAX_BUFFER_SIZE = 1048576, DEFAULT_BATCH_SIZE = 10,
    DEFAULT_BATCH_TIMEOUT = 0.1, DEFAULT_COMPRESSION_LEVEL = 6, STREAM_CHUNK_SIZE = 64000,
    KEY_MIN = 16, KEY_MAX = 64, KEY_SIZE = 32, SALT_MIN = 16,
  }
  for name, value in pairs(expected) do
    lu.assertEquals(firth[name], value, name)
    lu.assertEquals(math.type(firth[name]), math.type(value), name)
  end
end

function TestModule:test_classes_have_their_methods_as_fields()
  for _, class in ipairs { "Channel", "CompressedChannel", "BatchingChannel", "EncryptedChannel" } do
    lu.assertIsFunction(firth[class].send)
  end
  lu.assertIsFunction(firth.SocketStream.read)
  lu.assertIsFunction(firth.PipeStream.write)
  lu.assertIsFunction(firth.Listener.accept)
  lu.assertIsFunction(firth.FrameCodec.feed)
end
