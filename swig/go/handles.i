/* Handles in and out are numbers; package firth counts and frees them. */
%typemap(gotype) firth_stream *STREAM, firth_stream *LOWER, firth_channel *CHANNEL "uintptr"
%typemap(gotype) firth_stream **STREAM, firth_stream **SECOND_STREAM, firth_listener **LISTENER,
                 firth_frame_codec **CODEC, firth_channel **CHANNEL "*uintptr"

/* Where Go waits for the end of a child. */
%rename(pipe_stream_exit_descriptor) firth_pipe_stream_exit_descriptor;
firth_err firth_pipe_stream_exit_descriptor(firth_stream *stream, int *DESCRIPTOR);

/* What Go waits for before it finishes a channel. */
%rename(channel_await_proof) firth_channel_await_proof;
firth_err firth_channel_await_proof(firth_channel *CHANNEL, double timeout);

/* Descriptors that Go closes itself, after the stream: the owner has nothing to do. */
%rename(socket_stream_from_descriptor) firth_go_socket_stream_from_descriptor;
%rename(pipe_stream_from_descriptors) firth_go_pipe_stream_from_descriptors;
%inline %{
static firth_err firth_go_socket_stream_from_descriptor(firth_stream **STREAM, int descriptor,
                                                        bool owned)
{
    const firth_descriptor_owner host = {NULL, NULL, NULL};
    return firth_socket_stream_from_descriptor(STREAM, descriptor, owned ? NULL : &host);
}

static firth_err firth_go_pipe_stream_from_descriptors(firth_stream **STREAM, int incoming,
                                                       int outgoing, bool owned)
{
    const firth_descriptor_owner host = {NULL, NULL, NULL};
    return firth_pipe_stream_from_descriptors(STREAM, incoming, outgoing, owned ? NULL : &host);
}
%}
