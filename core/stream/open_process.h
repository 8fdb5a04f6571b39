/* A child process by its address. */
#ifndef FIRTH_STREAM_OPEN_PROCESS_H
#define FIRTH_STREAM_OPEN_PROCESS_H

#include "stream/uri.h"

#include <firth/process_stream.h>

/* Starts the program at the address's path, with its options `argument` as arguments, and
 * with its options `variable` added to this process's environment, in place of those of the
 * same name. */
firth_err firth_open_process(firth_stream **stream, const firth_uri *uri,
                             const firth_uri_option_form *argument,
                             const firth_uri_option_form *variable,
                             const firth_process_options *options);

#endif
