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
    firth_err cork(void);
    firth_err uncork(double TIMEOUT);
    bool corked(void);
    size_t pending(void);
    firth_err handshake(double TIMEOUT);
    bool encrypted(void);
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
                                           int compress, int compression_level,
                                           size_t compression_threshold, const void *KEY,
                                           size_t KEY_LENGTH, size_t batch_size,
                                           double batch_timeout, size_t frame_limit,
                                           size_t inflated_limit, size_t queue_limit)
{
    firth_channel_options options =
        firth_swig_channel_options(compress, compression_level, compression_threshold, KEY,
                                   KEY_LENGTH, frame_limit, inflated_limit);
    options.batch_size = batch_size;
    options.batch_timeout = batch_timeout;
    options.limits.queue = queue_limit;
    return firth_channel_create(CHANNEL, STREAM, &options);
}
%}
