/* Handles in: an object of the class, made by firth, is told by its free function. */
%{
SWIGINTERN void free_firth_stream(void *self);
SWIGINTERN void free_firth_channel(void *self);
SWIGINTERN void free_firth_listener(void *self);
SWIGINTERN void free_firth_frame_codec(void *self);

static VALUE firth_ruby_allocate_stream(VALUE klass)
{
    return Data_Wrap_Struct(klass, NULL, free_firth_stream, NULL);
}

static VALUE firth_ruby_allocate_channel(VALUE klass)
{
    return Data_Wrap_Struct(klass, NULL, free_firth_channel, NULL);
}

static VALUE firth_ruby_allocate_listener(VALUE klass)
{
    return Data_Wrap_Struct(klass, NULL, free_firth_listener, NULL);
}

static VALUE firth_ruby_allocate_frame_codec(VALUE klass)
{
    return Data_Wrap_Struct(klass, NULL, free_firth_frame_codec, NULL);
}
%}

%typemap(in) firth_stream * "$1 = firth_ruby_handle($input, free_firth_stream, \"Stream\");"
%typemap(in) firth_stream *STREAM, firth_stream *LOWER
    "$1 = firth_ruby_lower(self, $input, free_firth_stream);"
%typemap(in) firth_channel * "$1 = firth_ruby_handle($input, free_firth_channel, \"Channel\");"
%typemap(in) firth_listener * "$1 = firth_ruby_handle($input, free_firth_listener, \"Listener\");"
%typemap(in) firth_frame_codec *
    "$1 = firth_ruby_handle($input, free_firth_frame_codec, \"FrameCodec\");"

/* Handles out: see firth_ruby_adopt. */
%typemap(in, numinputs=0) firth_stream **STREAM (firth_stream *made = NULL) "$1 = &made;"
%typemap(in, numinputs=0) firth_stream **SECOND_STREAM = firth_stream **STREAM;
%typemap(argout) firth_stream **STREAM
    "if (result == FIRTH_OK) $result = firth_ruby_adopt(self, *$1, free_firth_stream);"
%typemap(argout) firth_stream **SECOND_STREAM
    "if (result == FIRTH_OK) {
        VALUE second = firth_ruby_adopt(self, *$1, free_firth_stream);
        $result = rb_assoc_new($result, second);
    }"
%typemap(in, numinputs=0) firth_channel **CHANNEL (firth_channel *made = NULL) "$1 = &made;"
%typemap(argout) firth_channel **CHANNEL
    "if (result == FIRTH_OK) $result = firth_ruby_adopt(self, *$1, free_firth_channel);"
%typemap(in, numinputs=0) firth_listener **LISTENER (firth_listener *made = NULL) "$1 = &made;"
%typemap(argout) firth_listener **LISTENER
    "if (result == FIRTH_OK) $result = firth_ruby_adopt(self, *$1, free_firth_listener);"
%typemap(in, numinputs=0) firth_frame_codec **CODEC (firth_frame_codec *made = NULL) "$1 = &made;"
%typemap(argout) firth_frame_codec **CODEC
    "if (result == FIRTH_OK) $result = firth_ruby_adopt(self, *$1, free_firth_frame_codec);"

%rename("closed?") closed;
%typemap(out) bool firth_stream::closed, bool firth_channel::closed
    "$result = firth_ruby_closed(self, $1);"
%rename("corked?") firth_channel::corked;
%rename("encrypted?") firth_channel::encrypted;
%rename("compress?") firth_channel::compress;
%alias firth_channel::compress "compress";
%rename("compress=") firth_channel::set_compress;
%rename("timeout=") firth_stream::set_timeout;

%rename(confined) firth_ruby_confined;
bool firth_ruby_confined(VALUE object);

/* Streams over objects of Ruby: bindings/ruby/support/owner.c. */
%rename(socket_stream_from_io) firth_ruby_socket_stream_from_io;
%rename(pipe_stream_from_ends) firth_ruby_pipe_stream_from_ends;
%rename(take_buffered) firth_ruby_take_buffered;
%rename(write_end) firth_ruby_write_end;
firth_err firth_ruby_socket_stream_from_io(firth_stream **STREAM, VALUE io, int descriptor);
firth_err firth_ruby_pipe_stream_from_ends(firth_stream **STREAM, VALUE incoming, int incoming_fd,
                                           VALUE outgoing, int outgoing_fd);
VALUE firth_ruby_take_buffered(VALUE io);
VALUE firth_ruby_write_end(VALUE io);

/* Streams over other objects of Ruby: bindings/ruby/support/custom_stream.c. */
%rename(custom_stream_create) firth_ruby_custom_stream_create;
firth_err firth_ruby_custom_stream_create(firth_stream **STREAM, VALUE owner, VALUE object);

/* Streams that close a tunnel of the user's: bindings/ruby/support/tunnel.c. */
%rename(tunnel_create) firth_ruby_tunneled_socket_stream_create;
firth_err firth_ruby_tunneled_socket_stream_create(firth_stream **STREAM, firth_stream *LOWER,
                                                   VALUE owner, VALUE tunnel);
