# frozen_string_literal: true

module Firth
  # A channel that puts several payloads into one write. Any rpyc peer reads it.
  #
  # A batch leaves when it has `batch_size` payloads or MAX_BUFFER_SIZE bytes (or as many as
  # limits.queue), `batch_timeout` seconds after its first payload without any further call, with
  # flush, uncork and finish, and before something is received. What goes wrong in the
  # background is raised by the next call, once. In a child of fork it refuses to send and
  # to receive (ForkedError).
  class BatchingChannel < Channel
    # As Channel.new. The two are DEFAULT_BATCH_SIZE and DEFAULT_BATCH_TIMEOUT unless given,
    # and may be keywords as well. batch_timeout nil or 0: no time. NotSupportedError: a time
    # over an object of Ruby's, which no other thread may call; give 0.
    def initialize(stream, batch_size = ChannelOptions::ABSENT,
                   batch_timeout = ChannelOptions::ABSENT, **options)
      defaults = { batch_size: DEFAULT_BATCH_SIZE, batch_timeout: DEFAULT_BATCH_TIMEOUT }
      given = { batch_size: batch_size, batch_timeout: batch_timeout }
      super(stream, **ChannelOptions.preset(defaults, given, options))
    end
  end
end
