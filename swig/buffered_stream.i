%constant int DEFAULT_BUFFER_SIZE = FIRTH_DEFAULT_BUFFER_SIZE;
%constant int MAX_BUFFER_SIZE = FIRTH_MAX_BUFFER_SIZE;

%rename(buffered_stream_create) firth_buffered_stream_create;

firth_err firth_buffered_stream_create(firth_stream **STREAM, firth_stream *LOWER,
                                       size_t buffer_size);
