#include "openssl_peer.h"

#include "certificates.h"
#include "check.h"

#include <unistd.h>

void open_openssl_peer(openssl_peer *self, int socket)
{
    *self = (openssl_peer){.context = SSL_CTX_new(TLS_server_method()), .socket = socket};
    SSL_CTX *context = self->context;
    assert_int_equal(SSL_CTX_use_certificate_chain_file(context, certificate_file("server.crt")),
                     1);
    assert_int_equal(
        SSL_CTX_use_PrivateKey_file(context, certificate_file("server.key"), SSL_FILETYPE_PEM), 1);
    self->ssl = SSL_new(context);
    assert_int_equal(SSL_set_fd(self->ssl, socket), 1);
}

void close_openssl_peer(openssl_peer *self)
{
    SSL_free(self->ssl);
    SSL_CTX_free(self->context);
    if (self->socket >= 0)
        close(self->socket);
}

firth_err openssl_accepts(void *argument)
{
    openssl_peer *self = argument;
    return SSL_accept(self->ssl) == 1 ? FIRTH_OK : FIRTH_E_TLS;
}

firth_err openssl_echoes_with_new_keys(void *argument)
{
    openssl_peer *self = argument;
    char piece[10000];
    firth_err err = openssl_accepts(argument);
    while (err == FIRTH_OK) {
        int got = SSL_read(self->ssl, piece, sizeof piece);
        if (got <= 0)
            return SSL_get_error(self->ssl, got) == SSL_ERROR_ZERO_RETURN ? FIRTH_E_EOF
                                                                          : FIRTH_E_TLS;
        if (SSL_key_update(self->ssl, SSL_KEY_UPDATE_REQUESTED) != 1 ||
            SSL_write(self->ssl, piece, got) != got)
            err = FIRTH_E_TLS;
    }
    return err;
}
