/* Two ends that share a passphrase, and encrypt what they say to each other:
 *
 * encrypted_communication listen PASSPHRASE SALT
 * encrypted_communication connect HOST PORT PASSPHRASE SALT
 *
 * The salt is at least 16 bytes, need not be secret, and is best random: one for each pair of
 * ends that shares a passphrase. */
#include "example.h"

#include <ctype.h>

/* Takes the stream over. */
static firth_channel *encrypted(firth_stream *stream, const char *passphrase, const char *salt)
{
    unsigned char key[FIRTH_KEY_SIZE];
    firth_channel *channel;
    expect_ok(firth_key_from_passphrase(passphrase, strlen(passphrase), salt, strlen(salt), key));
    expect_ok(firth_encrypted_channel_create(&channel, stream, key, sizeof key, NULL));
    firth_stream_free(stream);
    return channel;
}

static void answer(firth_channel *channel, firth_bytes *payload)
{
    unsigned char *bytes = payload->data;
    for (size_t i = 0; i < payload->length; i++)
        bytes[i] = (unsigned char)toupper(bytes[i]);
    expect_ok(firth_channel_send(channel, bytes, payload->length, FIRTH_UNSET));
    firth_bytes_free(payload);
}

/* Answers one peer, until that has finished: a peer that only vanished is
 * FIRTH_E_CONNECTION_LOST. */
static void listen_and_answer(const char *passphrase, const char *salt)
{
    firth_listener *listener;
    firth_stream *stream;
    firth_bytes payload;
    firth_err err;
    expect_ok(firth_listener_listen(&listener, "127.0.0.1", 0, NULL));
    printf("listening tcp 127.0.0.1 %d\n", firth_listener_port(listener));
    fflush(stdout);
    expect_ok(firth_listener_accept(listener, &stream, FIRTH_FOREVER));
    firth_listener_free(listener);

    firth_channel *channel = encrypted(stream, passphrase, salt);
    while ((err = firth_channel_recv(channel, FIRTH_UNSET, &payload)) == FIRTH_OK)
        answer(channel, &payload);
    if (err != FIRTH_E_EOF)
        expect_ok(err);
    printf("The peer has finished\n");
    end(channel);
}

static void connect_and_ask(const char *host, int port, const char *passphrase, const char *salt)
{
    firth_stream *stream;
    expect_ok(firth_socket_stream_connect(&stream, host, port, NULL));
    firth_channel *channel = encrypted(stream, passphrase, salt);
    ask(channel, "hello, brine");
    end(channel);
}

int main(int argc, char **argv)
{
    bool listens = argc == 4 && strcmp(argv[1], "listen") == 0;
    if (!listens)
        expect_arguments(argc, 6,
                         "encrypted_communication listen PASSPHRASE SALT, or "
                         "encrypted_communication connect HOST PORT PASSPHRASE SALT");
    if (listens)
        listen_and_answer(argv[2], argv[3]);
    else
        connect_and_ask(argv[2], atoi(argv[3]), argv[4], argv[5]);
    return 0;
}
