local channel = require "firth.channel"
local options = require "firth.options"

local order = { "batch_size", "batch_timeout" }

--- A channel that puts several payloads into one write; any rpyc peer reads them.
--
-- firth.BatchingChannel(stream [, batch_size = 10 [, batch_timeout = 0.1]] [, options]): a
-- batch leaves when it has `batch_size` payloads or MAX_BUFFER_SIZE bytes, or
-- `batch_timeout` seconds after its first payload without any further call, whichever comes
-- first; and with flush, finish, uncork, and before something is received. With a
-- batch_timeout of nil, 0, a negative one or math.huge no time is kept. options: the others of
-- firth.Channel.
--
-- What fails while nobody calls is told by the next call, once. Nothing is kept for an object
-- of Lua, nor for what lies over one: a time above 0, which also the default is, fails there
-- with "not_supported". In a child of fork its calls fail with "forked".
return setmetatable({}, {
  __index = channel.Channel,
  __call = function(_, stream, ...)
    local o = options.read_after(order, options.batching_channel, "BatchingChannel", ...)
    return channel.create("BatchingChannel", stream, o)
  end,
})
