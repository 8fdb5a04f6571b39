/* Files that are read at once. */
#ifndef FIRTH_PLATFORM_FILE_H
#define FIRTH_PLATFORM_FILE_H

#include "base/buffer.h"

/* Appends what the file holds. FIRTH_E_FILE_NOT_FOUND, FIRTH_E_SYSTEM;
 * FIRTH_E_BUFFER_OVERFLOW: more than `limit` bytes. */
firth_err firth_file_read(const char *path, size_t limit, firth_buffer *content);

#endif
