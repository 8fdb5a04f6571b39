/* What OpenSSH's client says on its standard error: how far it has come, and its last words.
 * It knows no descriptor: it is fed bytes, however they are cut. */
#ifndef FIRTH_STREAM_SSH_WORDS_H
#define FIRTH_STREAM_SSH_WORDS_H

#include <firth/error.h>

/* Makes ssh, 8.5 or newer, tell that the target is connected (ssh_config(5), LogVerbose). */
#define FIRTH_SSH_LOG_VERBOSE "LogVerbose=*:channel_input_open_confirmation():*"

#define FIRTH_SSH_LINES 4
#define FIRTH_SSH_LINE 160
#define FIRTH_SSH_TEXT (FIRTH_SSH_LINES * (FIRTH_SSH_LINE + 2))

/* All zeros is one that has been fed nothing. */
typedef struct firth_ssh_words {
    bool authenticated;
    bool connected; /* to the target; told only if LogVerbose is known */
    bool is_older;  /* an option of newer ones was refused */
    size_t line_length;
    char line[2 * FIRTH_SSH_LINE]; /* that has not ended; what is longer is cut */
    size_t count;                  /* lines that were worth keeping; the last of them: */
    char lines[FIRTH_SSH_LINES][FIRTH_SSH_LINE];
} firth_ssh_words;

void firth_ssh_words_feed(firth_ssh_words *self, const void *data, size_t length);

/* The last lines in one, "" if there are none. */
void firth_ssh_words_text(const firth_ssh_words *self, char text[FIRTH_SSH_TEXT]);

#endif
