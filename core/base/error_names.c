#include <firth/error.h>

/* clang-format off */
static const char *const names[FIRTH_ERROR_COUNT] = {
    "ok",
#define FIRTH_NAME(NAME, name, text) name,
    FIRTH_ERRORS(FIRTH_NAME)
#undef FIRTH_NAME
};

static const char *const texts[FIRTH_ERROR_COUNT] = {
    "no error",
#define FIRTH_TEXT(NAME, name, text) text,
    FIRTH_ERRORS(FIRTH_TEXT)
#undef FIRTH_TEXT
};
/* clang-format on */

static bool is_code(firth_err code)
{
    return (int)code >= 0 && code < FIRTH_ERROR_COUNT;
}

const char *firth_error_name(firth_err code)
{
    return is_code(code) ? names[code] : "unknown";
}

const char *firth_error_text(firth_err code)
{
    return is_code(code) ? texts[code] : "not an error code of firth";
}
