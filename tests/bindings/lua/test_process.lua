-- Child processes: PipeStream.spawn.

local core = require "firth_core"
local firth = require "firth"
local fixtures = require "fixtures"
local lu = require "luaunit"
local peers = require "peers"

local assert_fails, assert_misuse = fixtures.assert_fails, fixtures.assert_misuse
local LONG = fixtures.LONG

local function sh(script, options)
  return assert(firth.create_pipe_stream({ "sh", "-c", script }, options))
end

-- All that the stream gives until its end.
local function read_all(stream)
  local pieces = {}
  while true do
    local piece, _, code = stream:read_some(4096, LONG)
    if not piece then
      lu.assertEquals(code, "eof")
      return table.concat(pieces)
    end
    pieces[#pieces + 1] = piece
  end
end

TestProcess = {}

function TestProcess:test_bytes_go_to_a_child_and_back()
  local stream = firth.PipeStream.spawn { "cat" }
  stream:write "a\0b"
  lu.assertEquals(stream:read(3, LONG), "a\0b")
  lu.assertTrue(stream:finish(LONG))
  lu.assertEquals(stream:exit_status(), 0)
end

function TestProcess:test_arguments_arrive_as_they_are()
  local stream = assert(firth.create_pipe_stream { "printf", "%s|", "", "a b", "$HOME", "\n" })
  lu.assertEquals(read_all(stream), "|a b|$HOME|\n|")
end

function TestProcess:test_rpyc_answers_over_its_standard_streams()
  local stream = peers.start_python "tests/interop/examples/stdio_echo.py"
  local channel = firth.Channel(stream)
  for _, payload in ipairs { "", "x", ("x"):rep(5000), fixtures.random_bytes(1 << 20) } do
    channel:send(payload)
    lu.assertTrue(channel:recv(LONG) == payload)
  end
  lu.assertTrue(channel:finish(LONG))
  lu.assertEquals(stream:exit_status(), 0)
end

function TestProcess:test_a_program_that_is_missing_is_an_error_at_once()
  local before = fixtures.descriptors()
  assert_fails("file_not_found", firth.create_pipe_stream { "no-such-program-at-all" })
  local _, message = firth.create_pipe_stream { "/no/such/program" }
  lu.assertStrContains(message, "/no/such/program")
  lu.assertEquals(fixtures.descriptors(), before)
end

function TestProcess:test_a_folder_that_is_missing_is_an_error_at_once()
  local _, message, code = firth.create_pipe_stream({ "cat" }, { cwd = "/no/such/folder" })
  lu.assertEquals(code, "file_not_found")
  lu.assertStrContains(message, "/no/such/folder")
end

function TestProcess:test_the_childs_folder_may_be_chosen()
  lu.assertEquals(read_all(sh("pwd", { cwd = "/" })), "/\n")
end

function TestProcess:test_the_childs_environment_may_be_chosen()
  local stream = sh("echo $FIRST-$SECOND-$HOME", { env = { FIRST = "1", SECOND = "a=b" } })
  lu.assertEquals(read_all(stream), "1-a=b-\n")
end

function TestProcess:test_an_environment_may_be_empty()
  lu.assertEquals(read_all(assert(firth.create_pipe_stream({ "/usr/bin/env" }, { env = {} }))), "")
end

function TestProcess:test_error_output_may_go_to_a_file_or_a_descriptor()
  local file = assert(io.tmpfile())
  sh("echo file >&2", { stderr = file }):finish(LONG)
  sh("echo descriptor >&2", { stderr = core.file_descriptor(file) }):finish(LONG)
  file:seek "set"
  lu.assertEquals(file:read "a", "file\ndescriptor\n")
  file:close()
end

function TestProcess:test_error_output_may_be_discarded()
  local stream = sh("echo oh >&2 && echo done", { stderr = "discard" })
  lu.assertEquals(read_all(stream), "done\n")
end

function TestProcess:test_the_childs_number()
  local stream = sh "echo $$"
  lu.assertEquals(stream:pid(), math.tointeger(peers.read_line(stream)))
  lu.assertEquals(math.type(stream:pid()), "integer")
end

function TestProcess:test_the_exit_status()
  lu.assertEquals(sh "exit 7":exit_status(LONG), 7)
  lu.assertEquals(sh "kill -TERM $$":exit_status(LONG), -15)
end

function TestProcess:test_a_child_that_runs_has_no_exit_status_yet()
  local stream = sh "cat"
  assert_fails("timeout", stream:exit_status(0))
  assert_fails("timeout", stream:exit_status(0.001))
  stream:finish(LONG)
  lu.assertEquals(stream:exit_status(), 0)
end

function TestProcess:test_finish_ends_a_child_by_force_if_it_does_not_end()
  local stream = sh 'trap "" TERM; echo ready; while :; do sleep 1; done'
  peers.read_line(stream)
  assert_fails("timeout", stream:finish(0.05))
  lu.assertEquals(stream:exit_status(LONG), -9)
end

function TestProcess:test_close_waits_for_nothing()
  local stream = sh "cat; exit 4"
  lu.assertTrue(stream:close())
  lu.assertEquals(stream:exit_status(LONG), 4)
end

function TestProcess:test_a_child_that_dies_inside_a_frame_loses_the_connection()
  local stream = assert(firth.create_pipe_stream { "printf", "\\0\\0\\0\\a\\0pay" })
  assert_fails("connection_lost", firth.Channel(stream):recv(LONG))
end

function TestProcess:test_a_child_that_dies_before_a_frame_is_the_end()
  assert_fails("eof", firth.Channel(sh "exit 1"):recv(LONG))
end

function TestProcess:test_it_inherits_no_descriptor()
  local _ <close> = fixtures.closing(fixtures.unix_pair())
  local inherited = read_all(assert(firth.create_pipe_stream { "ls", "/proc/self/fd" }))
  lu.assertEquals(inherited, "0\n1\n2\n3\n") -- 3 is the folder itself
end

function TestProcess:test_children_that_are_lost_leave_no_descriptor_and_no_zombie()
  fixtures.collect()
  local before, numbers = fixtures.descriptors(), {}
  for i = 1, 5 do
    local stream = sh "cat"
    numbers[i] = stream:pid()
    if i % 2 == 0 then
      stream:finish(LONG)
    end
  end
  fixtures.collect()
  for _, number in ipairs(numbers) do
    repeat
      local file = io.open(("/proc/%d/stat"):format(number))
      local _ <close> = file
    until not file
  end
  lu.assertTrue(fixtures.descriptors() <= before + 1)
end

function TestProcess:test_other_streams_have_no_child()
  local stream <close> = fixtures.unix_pair()
  assert_fails("not_supported", stream:pid())
  assert_fails("not_supported", stream:exit_status(0))
end

function TestProcess:test_commands_are_lists_of_strings()
  assert_misuse("bad argument #1 to 'spawn' (table expected, got string)",
                firth.create_pipe_stream, "cat")
  assert_misuse("that is no string", firth.create_pipe_stream, { "cat", 5 })
  assert_misuse("a string with a NUL", firth.create_pipe_stream, { "cat", "a\0b" })
  assert_misuse("names no program", firth.create_pipe_stream, {})
end

function TestProcess:test_options_that_are_wrong_are_named()
  local spawn = firth.create_pipe_stream
  assert_misuse("bad option 'cwd' (string expected, got number)", spawn, { "cat" }, { cwd = 5 })
  assert_misuse("bad option 'env' (table expected", spawn, { "cat" }, { env = "A=b" })
  assert_misuse("bad option 'env' (string expected for A", spawn, { "cat" }, { env = { A = 5 } })
  assert_misuse("bad option 'env' (name of a variable", spawn, { "cat" }, { env = { "A=b" } })
  assert_misuse("bad option 'stderr'", spawn, { "cat" }, { stderr = "nowhere" })
  assert_misuse("unknown option 'stdin', known are cwd, env, stderr", spawn, { "cat" },
                { stdin = 0 })
end
