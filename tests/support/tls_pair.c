#include "tls_pair.h"

#include "certificates.h"
#include "check.h"

#include <stdio.h>
#include <unistd.h>

char tls_words[2][512];

firth_tls_options client_options(void)
{
    firth_tls_options options = FIRTH_TLS_OPTIONS_INIT;
    options.ca_certs = certificate_file("ca.crt");
    options.server_name = "localhost";
    return options;
}

firth_tls_options server_options(void)
{
    firth_tls_options options = FIRTH_TLS_OPTIONS_INIT;
    options.certfile = certificate_file("server.crt");
    options.keyfile = certificate_file("server.key");
    return options;
}

static void open_below(medium over, firth_stream *below[2])
{
    int sockets[2];
    if (over == OVER_PIPES) {
        CHECK_OK(firth_pipe_stream_create_pair(&below[0], &below[1]));
        return;
    }
    open_sockets(over, sockets);
    CHECK_OK(firth_socket_stream_from_descriptor(&below[0], sockets[0], NULL));
    CHECK_OK(firth_socket_stream_from_descriptor(&below[1], sockets[1], NULL));
}

tls_pair open_tls_over(firth_stream *below_client, firth_stream *below_server,
                       const firth_tls_options *client, const firth_tls_options *server)
{
    tls_pair self = {.below = {below_client, below_server}};
    firth_tls_options usual[2] = {client_options(), server_options()};
    CHECK_OK(
        firth_tls_stream_client(&self.client, below_client, client != NULL ? client : &usual[0]));
    CHECK_OK(
        firth_tls_stream_server(&self.server, below_server, server != NULL ? server : &usual[1]));
    return self;
}

tls_pair open_tls_pair(medium over, const firth_tls_options *client,
                       const firth_tls_options *server)
{
    firth_stream *below[2];
    open_below(over, below);
    return open_tls_over(below[0], below[1], client, server);
}

void close_tls_pair(tls_pair *self)
{
    firth_stream *all[] = {self->client, self->server, self->below[0], self->below[1]};
    for (unsigned i = 0; i < 4; i++) {
        if (all[i] != NULL)
            firth_stream_close(all[i]);
        firth_stream_free(all[i]);
    }
}

/* Waits, so that over sockets of the system each sees what the other has said. */
static firth_err go_on(firth_stream *stream, unsigned side)
{
    firth_err err = firth_tls_stream_handshake(stream, 0.01);
    if (err != FIRTH_OK)
        snprintf(tls_words[side], sizeof *tls_words, "%s", firth_last_error()->detail);
    return err;
}

void shake_hands(tls_pair *self, firth_err outcome[2])
{
    outcome[0] = outcome[1] = FIRTH_E_TIMEOUT;
    tls_words[0][0] = tls_words[1][0] = '\0';
    for (unsigned rounds = 0; rounds < 100; rounds++) {
        if (outcome[0] == FIRTH_E_TIMEOUT)
            outcome[0] = go_on(self->client, 0);
        if (outcome[1] == FIRTH_E_TIMEOUT)
            outcome[1] = go_on(self->server, 1);
        if (outcome[0] != FIRTH_E_TIMEOUT && outcome[1] != FIRTH_E_TIMEOUT)
            return;
    }
}

tls_pair meet_over_tls(medium over, const firth_tls_options *client,
                       const firth_tls_options *server)
{
    firth_err outcome[2];
    tls_pair self = open_tls_pair(over, client, server);
    shake_hands(&self, outcome);
    if (outcome[0] != FIRTH_OK || outcome[1] != FIRTH_OK)
        fail_msg("client: %s; server: %s", tls_words[0], tls_words[1]);
    return self;
}
