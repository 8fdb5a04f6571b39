%rename(Channel) firth_channel;
%nodefaultctor firth_channel;
%nodefaultdtor firth_channel;
typedef struct {} firth_channel;

%rename(recv) firth_channel::recv_payload;

%extend firth_channel {
    ~firth_channel() { firth_channel_free($self); }

    firth_err send(const void *DATA, size_t LENGTH, double TIMEOUT);
    firth_err recv_payload(double TIMEOUT, firth_payload *PAYLOAD) {
        return firth_swig_channel_recv($self, TIMEOUT, PAYLOAD);
    }
    firth_err poll(double TIMEOUT, bool *READY);
    firth_err flush(double TIMEOUT);
    size_t pending(void);
    firth_err close(void);
    firth_err finish(double TIMEOUT);
    bool closed(void);
    firth_err fileno(int *DESCRIPTOR);
    bool compress(void);
    firth_err set_compress(bool compress);
}

%rename(channel_create) firth_swig_channel_create;

%inline %{
static firth_err firth_swig_channel_create(firth_channel **CHANNEL, firth_stream *STREAM,
                                           bool compress, int compression_level,
                                           size_t compression_threshold, size_t frame_limit,
                                           size_t inflated_limit)
{
    firth_channel_options options = firth_swig_channel_options(
        compress, compression_level, compression_threshold, frame_limit, inflated_limit);
    return firth_channel_create(CHANNEL, STREAM, &options);
}
%}
