local channel = require "firth.channel"
local core = require "firth_core"
local options = require "firth.options"

local order = { "compression_level" }

--- A channel that picks its level of compression; any rpyc peer reads what it sends.
--
-- firth.CompressedChannel(stream [, compression_level = 6] [, options]): 0 to 9; 0 sends
-- everything uncompressed. options: the others of firth.Channel, but `compress`.
return setmetatable({}, {
  __index = channel.Channel,
  __call = function(_, stream, ...)
    local o = options.read_after(order, options.compressed_channel, "CompressedChannel", ...)
    o.compress = core.COMPRESSION_ON
    return channel.create("CompressedChannel", stream, o)
  end,
})
