/* Memory that firth_bytes_free takes back. */
#ifndef FIRTH_MEMORY_H
#define FIRTH_MEMORY_H

#include <firth/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes whose values are not set, for who fills them and hands them on as firth does its own.
 * FIRTH_E_NO_MEMORY. */
FIRTH_API firth_err firth_bytes_create(firth_bytes *bytes, size_t length);

#ifdef __cplusplus
}
#endif

#endif
