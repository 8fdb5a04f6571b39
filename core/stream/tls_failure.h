/* OpenSSL's failures as firth's. */
#ifndef FIRTH_STREAM_TLS_FAILURE_H
#define FIRTH_STREAM_TLS_FAILURE_H

#include "base/fail.h"

/* After a function of OpenSSL failed: reports `code`, or FIRTH_E_NO_MEMORY if that was the
 * reason. The detail is the formatted text, a colon and OpenSSL's own words, if it has any.
 * Leaves the thread's queue of errors empty. */
firth_err firth_tls_fail(firth_err code, const char *format, ...) FIRTH_FORMAT(2, 3);

/* Empties the thread's queue of errors; an empty one in no time, unlike ERR_clear_error. */
void firth_tls_forget_errors(void);

#define FIRTH_TLS_FIRST 16

/* What the words on a failed hand-shake, or a damaged record, are made of. */
typedef struct firth_tls_story {
    bool shaken;                          /* the hand-shake was over */
    bool may_repeat;                      /* the version knows renegotiation */
    bool asked;                           /* for a certificate that this client did not have */
    int ssl_version;                      /* as in the options */
    const char *refusal;                  /* what was wrong with the peer's certificate, or "" */
    unsigned char first[FIRTH_TLS_FIRST]; /* what the peer began with */
    size_t first_length;
} firth_tls_story;

/* The same for a function that takes the connection further. */
firth_err firth_tls_fail_connection(const firth_tls_story *story);

#endif
