%constant int FRAME_HEADER_SIZE = FIRTH_FRAME_HEADER_SIZE;
%constant int FRAME_TRAILER_SIZE = FIRTH_FRAME_TRAILER_SIZE;
%constant int COMPRESSION_THRESHOLD = FIRTH_COMPRESSION_THRESHOLD;
%constant int COMPRESSION_LEVEL = FIRTH_COMPRESSION_LEVEL;
%constant int FRAME_LIMIT = FIRTH_FRAME_LIMIT;
%constant int INFLATED_LIMIT = FIRTH_INFLATED_LIMIT;
%constant int QUEUE_LIMIT = FIRTH_QUEUE_LIMIT;
%constant int KEY_MIN = FIRTH_KEY_MIN;
%constant int KEY_MAX = FIRTH_KEY_MAX;
/* What `compress` may be: rpyc's booleans, or left to whether there is a key. */
%constant int COMPRESSION_OFF = FIRTH_COMPRESSION_OFF;
%constant int COMPRESSION_ON = FIRTH_COMPRESSION_ON;
%constant int COMPRESSION_DEFAULT = FIRTH_COMPRESSION_DEFAULT;

%rename(FrameCodec) firth_frame_codec;
%nodefaultctor firth_frame_codec;
%nodefaultdtor firth_frame_codec;
typedef struct {} firth_frame_codec;

%extend firth_frame_codec {
    ~firth_frame_codec() { firth_frame_codec_free($self); }

    firth_err hello(firth_bytes *BYTES);
    firth_err encode(const void *DATA, size_t LENGTH, firth_bytes *BYTES);
    firth_err encode_end(firth_bytes *BYTES);
    firth_err feed(const void *DATA, size_t LENGTH);
    /* FIRTH_E_WANT_READ becomes None, nil, or ErrWantRead. */
    firth_err decode(firth_bytes *BYTES);
    firth_err end(void);
}

%rename(frame_codec_create) firth_swig_frame_codec_create;

%{
static firth_channel_options firth_swig_channel_options(int compress, int compression_level,
                                                        size_t compression_threshold,
                                                        const void *key, size_t key_length,
                                                        size_t frame_limit, size_t inflated_limit)
{
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.compress = (firth_compression)compress;
    options.compression_level = compression_level;
    options.compression_threshold = compression_threshold;
    options.key = key;
    options.key_length = key_length;
    options.limits.frame = frame_limit;
    options.limits.inflated = inflated_limit;
    return options;
}
%}

%inline %{
static firth_err firth_swig_frame_codec_create(firth_frame_codec **CODEC, int compress,
                                               int compression_level, size_t compression_threshold,
                                               const void *KEY, size_t KEY_LENGTH,
                                               size_t frame_limit, size_t inflated_limit)
{
    firth_channel_options options =
        firth_swig_channel_options(compress, compression_level, compression_threshold, KEY,
                                   KEY_LENGTH, frame_limit, inflated_limit);
    return firth_frame_codec_create(CODEC, &options);
}
%}
