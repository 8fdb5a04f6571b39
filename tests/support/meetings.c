#include "meetings.h"

/* Takes the listener and the client over. */
static firth_err accept_and_free(firth_err err, firth_listener *listener, firth_stream *client)
{
    firth_stream *server = NULL;
    if (err == FIRTH_OK)
        err = firth_listener_accept(listener, &server, 5);
    firth_stream_free(client);
    firth_stream_free(server);
    firth_listener_free(listener);
    return err;
}

firth_err meet_over_tcp(const firth_listen_options *options)
{
    firth_listener *listener;
    firth_stream *client = NULL;
    firth_err err = firth_listener_listen(&listener, "127.0.0.1", 0, options);
    if (err == FIRTH_OK)
        err =
            firth_socket_stream_connect(&client, "127.0.0.1", firth_listener_port(listener), NULL);
    return accept_and_free(err, listener, client);
}

firth_err meet_over_unix(const char *path)
{
    firth_listener *listener;
    firth_stream *client = NULL;
    firth_err err = firth_listener_unix_listen(&listener, path, NULL);
    if (err == FIRTH_OK)
        err = firth_socket_stream_unix_connect(&client, path, 5);
    return accept_and_free(err, listener, client);
}
