/* The command line of the system's ssh for one tunnel. */
#ifndef FIRTH_STREAM_SSH_COMMAND_H
#define FIRTH_STREAM_SSH_COMMAND_H

#include "base/buffer.h"

#include <firth/tunneled_socket_stream.h>

#define FIRTH_SSH_ARGUMENTS 64
#define FIRTH_SSH_HOST 255

/* All zeros is empty. */
typedef struct firth_ssh_command {
    const char *arguments[FIRTH_SSH_ARGUMENTS]; /* NULL at the end */
    size_t count;
    char *texts[8]; /* those that were made for it */
    size_t text_count;
} firth_ssh_command;

/* What ssh is told. */
typedef struct firth_ssh_order {
    const char *host;
    int port; /* 0: ssh's choice */
    const char *target_host;
    int target_port;
    const firth_ssh_options *options;
    double timeout;  /* negative for ever */
    bool tells_more; /* by FIRTH_SSH_LOG_VERBOSE; and is told what only newer ones know */
} firth_ssh_order;

/* FIRTH_E_INVALID: what ssh would take for an option, or pass on to a shell, or cannot be
 * told; FIRTH_E_FILE_NOT_FOUND, FIRTH_E_SYSTEM: a file that is not there or cannot be read. */
firth_err firth_ssh_order_check(const firth_ssh_order *order);

/* An order that was checked. To be released also after a failure. */
firth_err firth_ssh_command_make(firth_ssh_command *command, const firth_ssh_order *order);
void firth_ssh_command_release(firth_ssh_command *command);

#endif
