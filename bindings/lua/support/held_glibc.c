/* glibc shows its buffer's pointers in the public struct. */
#include "firth_lua.h"

#include <stdio.h>

const void *firth_lua_held_by_file(FILE *file, size_t *length)
{
    *length = (size_t)(file->_IO_read_end - file->_IO_read_ptr);
    return file->_IO_read_ptr;
}
