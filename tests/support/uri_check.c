#include "uri_check.h"
#include "uri_forms.h"

firth_err parse_form(firth_uri **uri, const char *text)
{
    return firth_uri_parse(uri, text, form_schemes, FORM_SCHEMES);
}

firth_uri *parsed(const char *text)
{
    firth_uri *uri;
    CHECK_OK(parse_form(&uri, text));
    return uri;
}

void check_fault(const char *text, const char *detail)
{
    firth_uri *uri = (firth_uri *)1;
    CHECK_FAILS(INVALID, parse_form(&uri, text));
    assert_null(uri);
    assert_string_equal(firth_last_error()->detail, detail);
}
