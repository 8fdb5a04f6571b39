-- A pool of streams that coroutines share. Usage: lua5.4 stream_pool.lua HOST PORT
--
-- The document's closes what it gives back; here a stream stays open and is used again.

local firth = require "firth"

local COROUTINES, TASKS, STREAMS = 4, 5, 2

local StreamPool = {}
StreamPool.__index = StreamPool

local function new_pool(host, port, size)
  local pool = setmetatable({ free = {}, all = {} }, StreamPool)
  for i = 1, size do
    pool.all[i] = assert(firth.SocketStream.connect(host, port))
    pool.free[i] = pool.all[i]
  end
  return pool
end

-- A channel over a stream that nobody else has until `give_back`; others run meanwhile.
function StreamPool:take()
  while #self.free == 0 do
    coroutine.yield()
  end
  return firth.Channel(table.remove(self.free))
end

-- A channel reads not a byte ahead, so the next one over its stream misses nothing.
function StreamPool:give_back(channel)
  table.insert(self.free, channel:stream())
end

function StreamPool:close()
  for _, stream in ipairs(self.all) do
    stream:close()
  end
end

local pool = new_pool(arg[1], math.tointeger(arg[2]), STREAMS)
local done = 0

local function work(number)
  for task = 0, TASKS - 1 do
    local channel = pool:take()
    assert(channel:send(("task %d of %d"):format(task, number)))
    while not assert(channel:poll(0.01)) do
      coroutine.yield() -- the answer is on its way
    end
    print(("Thread %d, task %d: %s"):format(number, task, assert(channel:recv())))
    pool:give_back(channel)
    done = done + 1
    coroutine.yield()
  end
end

local workers = {}
for number = 0, COROUTINES - 1 do
  workers[#workers + 1] = coroutine.create(function() work(number) end)
end
while #workers > 0 do
  local worker = table.remove(workers, 1)
  assert(coroutine.resume(worker))
  if coroutine.status(worker) ~= "dead" then
    workers[#workers + 1] = worker
  end
end

print(("%d tasks over %d connections"):format(done, #pool.all))
pool:close()
