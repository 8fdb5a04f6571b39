/* firth_tls_options, checked, with the defaults in their places. */
#ifndef FIRTH_STREAM_TLS_OPTIONS_H
#define FIRTH_STREAM_TLS_OPTIONS_H

#include <firth/tls_stream.h>

typedef struct firth_tls_plan {
    firth_tls_options options; /* whose text is the caller's */
    bool server;
    bool looks;      /* at the certificate that the peer shows */
    bool demands;    /* that it shows one */
    bool check_name; /* that it is options.server_name's */
} firth_tls_plan;

/* NULL is the defaults. FIRTH_E_INVALID tells what was expected and what was found. */
firth_err firth_tls_plan_make(firth_tls_plan *plan, bool server, const firth_tls_options *options);

#endif
