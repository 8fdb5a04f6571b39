#include <firth/base.h>

#define TEXT_OF(token) #token
#define VERSION_TEXT(major, minor, patch) TEXT_OF(major) "." TEXT_OF(minor) "." TEXT_OF(patch)

const char *firth_version(void)
{
    return VERSION_TEXT(FIRTH_VERSION_MAJOR, FIRTH_VERSION_MINOR, FIRTH_VERSION_PATCH);
}
