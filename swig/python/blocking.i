/* Calls that may block leave other threads of Python running, and Ctrl-C ends them. */
%define FIRTH_PYTHON_BLOCKS(FUNCTION)
%exception FUNCTION {
    firth_python_pause pause;
    firth_python_release(&pause);
    $action
    firth_python_retake(&pause);
}
%enddef

FIRTH_PYTHON_BLOCKS(firth_stream::write)
FIRTH_PYTHON_BLOCKS(firth_stream::write_some)
FIRTH_PYTHON_BLOCKS(firth_stream::unread)
FIRTH_PYTHON_BLOCKS(firth_stream::poll)
FIRTH_PYTHON_BLOCKS(firth_stream::flush)
FIRTH_PYTHON_BLOCKS(firth_stream::finish)
FIRTH_PYTHON_BLOCKS(firth_listener::accept_stream)
FIRTH_PYTHON_BLOCKS(firth_channel::send)
FIRTH_PYTHON_BLOCKS(firth_channel::recv_payload)
FIRTH_PYTHON_BLOCKS(firth_channel::poll)
FIRTH_PYTHON_BLOCKS(firth_channel::flush)
FIRTH_PYTHON_BLOCKS(firth_channel::finish)
FIRTH_PYTHON_BLOCKS(firth_channel::uncork)
FIRTH_PYTHON_BLOCKS(firth_channel::handshake)
FIRTH_PYTHON_BLOCKS(firth_swig_key_from_passphrase)
FIRTH_PYTHON_BLOCKS(firth_swig_socket_stream_connect)
FIRTH_PYTHON_BLOCKS(firth_socket_stream_unix_connect)
FIRTH_PYTHON_BLOCKS(firth_swig_listener_listen)
FIRTH_PYTHON_BLOCKS(firth_open)
FIRTH_PYTHON_BLOCKS(firth_swig_socket_stream_ssl_connect)
FIRTH_PYTHON_BLOCKS(firth_swig_listener_tls_listen)
FIRTH_PYTHON_BLOCKS(firth_tls_stream_handshake)
FIRTH_PYTHON_BLOCKS(firth_swig_pipe_stream_spawn)
FIRTH_PYTHON_BLOCKS(firth_pipe_stream_exit_status)
FIRTH_PYTHON_BLOCKS(firth_named_pipe_stream_create_server)
FIRTH_PYTHON_BLOCKS(firth_named_pipe_stream_connect_server)
FIRTH_PYTHON_BLOCKS(firth_swig_tunneled_socket_stream_socks5_connect)
FIRTH_PYTHON_BLOCKS(firth_swig_tunneled_socket_stream_http_connect)
FIRTH_PYTHON_BLOCKS(firth_swig_tunneled_socket_stream_ssh_connect)

/* Reading goes straight into the bytes object that is returned. */
%define FIRTH_PYTHON_READS(METHOD, FUNCTION)
%exception METHOD {
    made4 = FUNCTION(arg1, arg2, arg3, &result);
    if (made4 == NULL)
        SWIG_fail;
}
%enddef

FIRTH_PYTHON_READS(firth_stream::read_bytes, firth_python_read)
FIRTH_PYTHON_READS(firth_stream::read_some_bytes, firth_python_read_some)
