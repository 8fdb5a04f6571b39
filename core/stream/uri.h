/* An address taken apart: RFC 3986's generic syntax, cut down to what docs/uri.md
 * describes. Pure: nothing is looked up and nothing is opened. */
#ifndef FIRTH_STREAM_URI_H
#define FIRTH_STREAM_URI_H

#include "platform/clock.h"

#include <firth/stream.h>

#define FIRTH_URI_LONGEST 8192 /* bytes */

/* The parts that the addresses of a scheme have. */
typedef enum firth_uri_parts {
    FIRTH_URI_HOST = 1,     /* //host */
    FIRTH_URI_PORT = 2,     /* :port behind it, which must be there */
    FIRTH_URI_OWN_PORT = 4, /* :port behind it, which may be there */
    FIRTH_URI_USER = 8,     /* user@ before it, which may be there */
    FIRTH_URI_PASSWORD = 16,
    FIRTH_URI_PATH = 32,
    FIRTH_URI_TARGET = 64, /* /host:port or /tls://host:port */
    FIRTH_URI_NUMBERS = 128
} firth_uri_parts;

/* What an option's value may be. A list of choices ends with a NULL word. */
typedef struct firth_uri_choice {
    const char *word;
    int value;
} firth_uri_choice;

typedef enum firth_uri_kind {
    FIRTH_URI_TEXT,     /* anything but nothing */
    FIRTH_URI_CHOICE,   /* one of the choices */
    FIRTH_URI_NUMBER,   /* one of the choices, or 0 to `highest` */
    FIRTH_URI_ARGUMENT, /* anything; may be repeated */
    FIRTH_URI_VARIABLE  /* NAME=anything; may be repeated with another NAME */
} firth_uri_kind;

typedef struct firth_uri_option_form {
    const char *name; /* NULL ends a list of options */
    firth_uri_kind kind;
    const firth_uri_choice *choices;
    int highest;
    size_t place; /* for who uses the option */
} firth_uri_option_form;

typedef struct firth_uri firth_uri;

/* What the addresses of a scheme look like, and what makes a stream of one. */
typedef struct firth_uri_scheme {
    const char *name;                            /* in lower case */
    firth_uri_parts parts;                       /* all of them */
    const firth_uri_option_form *options[2];     /* two lists of them, or one, or none */
    const firth_uri_option_form *target_options; /* one more, if the target is tls:// */
    firth_err (*open)(firth_stream **stream, const firth_uri *uri, const firth_deadline *deadline);
} firth_uri_scheme;

typedef struct firth_uri_option {
    const firth_uri_option_form *form;
    const char *text;
    int number; /* the choice's value, or the number */
} firth_uri_option;

/* Texts are decoded, and NULL if they are not there; so is a port that is 0. */
struct firth_uri {
    const firth_uri_scheme *scheme;
    const char *user;
    const char *password;
    const char *host;
    int port;
    const char *path;
    bool target_tls;
    const char *target_host;
    int target_port;
    int numbers[2]; /* the same one twice if only one is given */
    size_t option_count;
    firth_uri_option options[];
};

/* FIRTH_E_INVALID says at which byte, counted from 0, what was expected and what was
 * found; never shows what may be a password. */
firth_err firth_uri_parse(firth_uri **uri, const char *text, const firth_uri_scheme *schemes,
                          size_t scheme_count);
void firth_uri_free(firth_uri *uri);

#endif
