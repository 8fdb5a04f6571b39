/* The head of a proxy's answer to CONNECT: RFC 9112 sections 2 to 5, RFC 9110 section 9.3.6.
 * It knows no socket: it is fed bytes, however they are cut. */
#ifndef FIRTH_STREAM_HTTP_ANSWER_H
#define FIRTH_STREAM_HTTP_ANSWER_H

#include <firth/error.h>

/* Bytes of status line, fields and interim answers together. */
#define FIRTH_HTTP_HEAD_LIMIT 8192
/* What is kept of a text for errors. */
#define FIRTH_HTTP_TEXT 80

/* All zeros is one that has been fed nothing. */
typedef struct firth_http_answer {
    int status;                      /* 0 until its line has come */
    char reason[FIRTH_HTTP_TEXT];    /* printable ASCII, as the next */
    char challenge[FIRTH_HTTP_TEXT]; /* the first Proxy-Authenticate, "" if there is none */
    size_t length;                   /* bytes taken */
    size_t line_length;              /* of the line that has not ended */
    char line[FIRTH_HTTP_HEAD_LIMIT];
} firth_http_answer;

/* Takes bytes up to the end of the head, *used of them. FIRTH_OK: the head has ended;
 * fields that tell of a body are left out of account. FIRTH_E_WANT_READ: it has not.
 * FIRTH_E_TUNNEL: it is no HTTP/1 head, or too long; says what was found. */
firth_err firth_http_answer_feed(firth_http_answer *self, const void *data, size_t length,
                                 size_t *used);

#endif
