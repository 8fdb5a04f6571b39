/* The streams of Windows on other systems. */
#include "base/fail.h"

#include <firth/windows_streams.h>

static firth_err refuse(firth_stream **stream, const char *what)
{
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the place for the stream is NULL");
    *stream = NULL;
    return firth_fail(FIRTH_E_NOT_SUPPORTED, "%s: only on Windows", what);
}

firth_err firth_win32_pipe_stream_create(firth_stream **stream, void *incoming, void *outgoing)
{
    (void)incoming;
    (void)outgoing;
    return refuse(stream, "Win32PipeStream");
}

firth_err firth_win32_pipe_stream_from_std(firth_stream **stream)
{
    return refuse(stream, "Win32PipeStream.from_std");
}

firth_err firth_win32_pipe_stream_create_pair(firth_stream **first, firth_stream **second)
{
    firth_err err = refuse(second, "Win32PipeStream.create_pair");
    return err == FIRTH_E_NOT_SUPPORTED ? refuse(first, "Win32PipeStream.create_pair") : err;
}

firth_err firth_named_pipe_stream_create(firth_stream **stream, void *handle, bool is_server_side)
{
    (void)handle;
    (void)is_server_side;
    return refuse(stream, "NamedPipeStream");
}

firth_err firth_named_pipe_stream_create_server(firth_stream **stream, const char *pipename,
                                                bool connect, double timeout)
{
    (void)pipename;
    (void)connect;
    (void)timeout;
    return refuse(stream, "NamedPipeStream.create_server");
}

firth_err firth_named_pipe_stream_connect_server(firth_stream *stream, double timeout)
{
    (void)timeout;
    if (stream == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the stream is NULL");
    return refuse(&stream, "NamedPipeStream.connect_server");
}

firth_err firth_named_pipe_stream_create_client(firth_stream **stream, const char *pipename)
{
    (void)pipename;
    return refuse(stream, "NamedPipeStream.create_client");
}
