/* Schemes that have between them every part and every kind of option, for the tests of
 * the parser of addresses. */
#ifndef TESTS_SUPPORT_URI_FORMS_H
#define TESTS_SUPPORT_URI_FORMS_H

#include "stream/uri.h"

static const firth_uri_choice form_answers[] = {{"yes", 1}, {"no", 0}, {NULL, 0}};
static const firth_uri_option_form form_options[] = {
    {"flag", FIRTH_URI_CHOICE, form_answers, 0, 0},
    {"count", FIRTH_URI_NUMBER, form_answers, 32767, 0},
    {"file", FIRTH_URI_TEXT, NULL, 0, 0},
    {NULL, FIRTH_URI_TEXT, NULL, 0, 0},
};
static const firth_uri_option_form form_target_options[] = {
    {"ca", FIRTH_URI_TEXT, NULL, 0, 0},
    {NULL, FIRTH_URI_TEXT, NULL, 0, 0},
};
static const firth_uri_option_form form_lists[] = {
    {"arg", FIRTH_URI_ARGUMENT, NULL, 0, 0},
    {"env", FIRTH_URI_VARIABLE, NULL, 0, 0},
    {NULL, FIRTH_URI_TEXT, NULL, 0, 0},
};

static const firth_uri_scheme form_schemes[] = {
    {"net", FIRTH_URI_HOST | FIRTH_URI_PORT, {form_options}, NULL, NULL},
    {"login",
     FIRTH_URI_HOST | FIRTH_URI_OWN_PORT | FIRTH_URI_USER | FIRTH_URI_TARGET,
     {form_options},
     form_target_options,
     NULL},
    {"http-hop",
     FIRTH_URI_HOST | FIRTH_URI_PORT | FIRTH_URI_USER | FIRTH_URI_PASSWORD | FIRTH_URI_TARGET,
     {form_options},
     form_target_options,
     NULL},
    {"path", FIRTH_URI_PATH, {NULL}, NULL, NULL},
    {"run", FIRTH_URI_PATH, {form_lists}, NULL, NULL},
    {"numbers", FIRTH_URI_NUMBERS, {NULL}, NULL, NULL},
    {"bare", 0, {NULL}, NULL, NULL},
};
#define FORM_SCHEMES (sizeof form_schemes / sizeof form_schemes[0])

#endif
