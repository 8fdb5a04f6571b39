/* TLS with certificates on both sides:
 * tls_client_certificate HOST PORT KEYFILE CERTFILE CA_CERTS
 *
 * The server's certificate must be signed by CA_CERTS and name HOST: that is checked
 * unless one asks for less. */
#include "example.h"

int main(int argc, char **argv)
{
    firth_stream *stream;
    const char *version;
    expect_arguments(argc, 6, "tls_client_certificate HOST PORT KEYFILE CERTFILE CA_CERTS");
    expect_ok(firth_create_ssl_stream(&stream, argv[1], atoi(argv[2]), argv[3], argv[4], argv[5],
                                      NULL, NULL));
    expect_ok(firth_tls_stream_version(stream, &version));
    printf("The server is verified, over %s\n", version);

    firth_channel *channel = channel_over(stream);
    ask(channel, "Hello over TLS");
    end(channel);
    return 0;
}
