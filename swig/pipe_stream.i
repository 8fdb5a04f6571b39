%rename(pipe_stream_create_pair) firth_pipe_stream_create_pair;
%rename(pipe_stream_from_std) firth_pipe_stream_from_std;

firth_err firth_pipe_stream_create_pair(firth_stream **STREAM, firth_stream **SECOND_STREAM);
firth_err firth_pipe_stream_from_std(firth_stream **STREAM);
