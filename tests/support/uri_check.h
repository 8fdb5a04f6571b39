/* What the parser of addresses makes of a text, with the schemes of uri_forms.h. */
#ifndef TESTS_SUPPORT_URI_CHECK_H
#define TESTS_SUPPORT_URI_CHECK_H

#include "check.h"
#include "stream/uri.h"

firth_err parse_form(firth_uri **uri, const char *text);

/* To be freed by firth_uri_free. */
firth_uri *parsed(const char *text);

/* Refused with just that detail, and nothing is given back. */
void check_fault(const char *text, const char *detail);

#endif
