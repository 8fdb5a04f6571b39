-- Programs that the tests talk to: children of firth's own, since io.popen has one direction.

local firth = require "firth"
local lu = require "luaunit"

local peers = {}

local LONG = 20

local function environment()
  local folder = os.getenv "FIRTH_PEERS" or "build/peers"
  local env = { FIRTH_PEERS = folder, PYTHONPATH = table.concat({
    folder .. "/rpyc-6.0.2", folder .. "/certificates", "tests/support",
  }, ":") }
  for _, name in ipairs { "PATH", "HOME", "USER", "TMPDIR" } do
    env[name] = os.getenv(name)
  end
  return env
end

--- Starts a program; a PipeStream.
function peers.start(...)
  return assert(firth.create_pipe_stream({ ... }, { env = environment() }))
end

--- The same for one whose error output nobody wants.
function peers.start_quietly(...)
  return assert(firth.create_pipe_stream({ ... }, { env = environment(), stderr = "discard" }))
end

--- The same for a program in Python.
function peers.start_python(...)
  return peers.start(os.getenv "PYTHON" or "python3", ...)
end

--- The next line that the stream gives, without its end.
function peers.read_line(stream)
  local characters = {}
  while true do
    local character = assert(stream:read(1, LONG))
    if character == "\n" then
      return table.concat(characters)
    end
    characters[#characters + 1] = character
  end
end

--- Ends the program by the end of its input, and checks that it ended well.
function peers.stop(stream)
  lu.assertEquals({ stream:finish(LONG) }, { true })
  lu.assertEquals(stream:exit_status(), 0)
end

--- Something for a `<close>` variable that stops the program.
function peers.stopping(stream)
  return setmetatable({}, { __close = function() peers.stop(stream) end })
end

--- Starts a tunnel of tests/support/tunnels.py: its program, and what it says of itself.
function peers.start_tunnel(...)
  local program = peers.start_python("tests/support/tunnels.py", ...)
  local said = {}
  for name, value in peers.read_line(program):gmatch '"([%w_]+)": ([^,}]+)' do
    said[name] = math.tointeger(value) or value:match '^"(.*)"$'
  end
  return program, said
end

--- Starts tests/interop/examples/peer.py: its program, host and port.
function peers.start_server(...)
  local program = peers.start_python("tests/interop/examples/peer.py", ...)
  local host, port = peers.read_line(program):match "^listening tcp (%S+) (%d+)$"
  return program, host, math.tointeger(port)
end

local tunnels = {}

--- What peers.start_tunnel says of one that is there for all tests.
function peers.tunnel(kind)
  if not tunnels[kind] then
    local program, said = peers.start_tunnel(kind)
    tunnels[kind] = { program = program, said = said }
  end
  return tunnels[kind].said
end

local folder

--- The path of a file of tests/support/certificates.py, made when first asked for.
function peers.certificate(name)
  if not folder then
    folder = os.tmpname()
    os.remove(folder)
    assert(os.execute("mkdir " .. folder))
    peers.stop(peers.start_python("tests/support/certificates.py", folder))
  end
  return folder .. "/" .. name
end

--- Ends what peers.tunnel has started, and removes what peers.certificate has made.
function peers.clean_up()
  for _, tunnel in pairs(tunnels) do
    peers.stop(tunnel.program)
  end
  if folder then
    os.execute("rm -r " .. folder)
  end
end

return peers
