/* Both ends of a TLS connection in one thread. */
#ifndef TESTS_SUPPORT_TLS_PAIR_H
#define TESTS_SUPPORT_TLS_PAIR_H

#include "duplex.h"

#include <firth/firth.h>

typedef struct tls_pair {
    firth_stream *client, *server;
    firth_stream *below[2]; /* what the client and the server lie over */
} tls_pair;

/* Options of a client that trusts the tests' authority and wants localhost; those of a
 * server that is localhost. */
firth_tls_options client_options(void);
firth_tls_options server_options(void);

/* Nothing is sent yet. */
tls_pair open_tls_pair(medium over, const firth_tls_options *client,
                       const firth_tls_options *server);

/* Over streams of the caller's, which the pair owns from then on. */
tls_pair open_tls_over(firth_stream *below_client, firth_stream *below_server,
                       const firth_tls_options *client, const firth_tls_options *server);

/* With hands shaken. */
tls_pair meet_over_tls(medium over, const firth_tls_options *client,
                       const firth_tls_options *server);

void close_tls_pair(tls_pair *self);

/* Each side in turn goes as far as it can, until both are done or failed; what each came to. */
void shake_hands(tls_pair *self, firth_err outcome[2]);

/* The words of the client's and the server's failure in the last shake_hands. */
extern char tls_words[2][512];

#endif
