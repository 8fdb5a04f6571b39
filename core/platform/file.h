/* Files that the caller names. */
#ifndef FIRTH_PLATFORM_FILE_H
#define FIRTH_PLATFORM_FILE_H

#include "base/buffer.h"

/* Appends what the file holds; waits for nobody. FIRTH_E_FILE_NOT_FOUND, FIRTH_E_SYSTEM
 * (among others a pipe); FIRTH_E_BUFFER_OVERFLOW: more than `limit` bytes. */
firth_err firth_file_read(const char *path, size_t limit, firth_buffer *content);

/* Whether the file is there and can be read, though it may be another one by the time it
 * is; waits for nobody. `what` it is comes first in the text of the error.
 * FIRTH_E_FILE_NOT_FOUND, FIRTH_E_SYSTEM (among others a pipe). */
firth_err firth_file_check(const char *what, const char *path);

#endif
