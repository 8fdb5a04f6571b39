/* The schemes that can be opened. */
#ifndef FIRTH_STREAM_OPEN_H
#define FIRTH_STREAM_OPEN_H

#include "stream/uri.h"

/* All of them; static. */
const firth_uri_scheme *firth_open_schemes(size_t *count);

#endif
