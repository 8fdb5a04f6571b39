%constant int FRAME_HEADER_SIZE = FIRTH_FRAME_HEADER_SIZE;
%constant int FRAME_TRAILER_SIZE = FIRTH_FRAME_TRAILER_SIZE;
%constant int COMPRESSION_THRESHOLD = FIRTH_COMPRESSION_THRESHOLD;
%constant int COMPRESSION_LEVEL = FIRTH_COMPRESSION_LEVEL;
%constant int FRAME_LIMIT = FIRTH_FRAME_LIMIT;
%constant int INFLATED_LIMIT = FIRTH_INFLATED_LIMIT;

%rename(FrameCodec) firth_frame_codec;
%nodefaultctor firth_frame_codec;
%nodefaultdtor firth_frame_codec;
typedef struct {} firth_frame_codec;

%extend firth_frame_codec {
    ~firth_frame_codec() { firth_frame_codec_free($self); }

    firth_err encode(const void *DATA, size_t LENGTH, firth_bytes *BYTES);
    firth_err feed(const void *DATA, size_t LENGTH);
    /* FIRTH_E_WANT_READ becomes None, nil, or ErrWantRead. */
    firth_err decode(firth_bytes *BYTES);
    firth_err end(void);
}

%rename(frame_codec_create) firth_swig_frame_codec_create;

%{
static firth_channel_options firth_swig_channel_options(bool compress, int compression_level,
                                                        size_t compression_threshold,
                                                        size_t frame_limit, size_t inflated_limit)
{
    firth_channel_options options = FIRTH_CHANNEL_OPTIONS_INIT;
    options.compress = compress;
    options.compression_level = compression_level;
    options.compression_threshold = compression_threshold;
    options.frame_limit = frame_limit;
    options.inflated_limit = inflated_limit;
    return options;
}
%}

%inline %{
static firth_err firth_swig_frame_codec_create(firth_frame_codec **CODEC, bool compress,
                                               int compression_level, size_t compression_threshold,
                                               size_t frame_limit, size_t inflated_limit)
{
    firth_channel_options options = firth_swig_channel_options(
        compress, compression_level, compression_threshold, frame_limit, inflated_limit);
    return firth_frame_codec_create(CODEC, &options);
}
%}
