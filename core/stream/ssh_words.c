#include "stream/ssh_words.h"

#include <stdio.h>
#include <string.h>

static bool begins(const char *line, const char *with)
{
    return strncmp(line, with, strlen(with)) == 0;
}

static bool has(const char *line, const char *what)
{
    return strstr(line, what) != NULL;
}

/* What LogLevel VERBOSE and LogVerbose make it say, and what frames its warnings. */
static bool is_noise(const char *line)
{
    return *line == '\0' || begins(line, "debug") || begins(line, "Authenticated to ") ||
           begins(line, "Transferred: sent ") || begins(line, "Bytes per second: ") ||
           strspn(line, "@ ") == strlen(line);
}

static bool refuses_newer_option(const char *line)
{
    return has(line, "onfiguration option: logverbose") ||
           has(line, "onfiguration option: forkafterauthentication") ||
           has(line, "onfiguration option: stdinnull");
}

static void keep(firth_ssh_words *self, const char *line)
{
    char *place = self->lines[self->count++ % FIRTH_SSH_LINES];
    snprintf(place, FIRTH_SSH_LINE, "%.*s", FIRTH_SSH_LINE - 1, line);
}

static void take_line(firth_ssh_words *self)
{
    char *line = self->line;
    while (self->line_length != 0 && strchr("\r \t", line[self->line_length - 1]) != NULL)
        self->line_length--;
    line[self->line_length] = '\0';
    self->line_length = 0;
    line += strspn(line, " \t");
    if (begins(line, "Authenticated to "))
        self->authenticated = true;
    else if (has(line, "channel_input_open_confirmation") && has(line, "open confirm"))
        self->connected = true;
    else if (refuses_newer_option(line))
        self->is_older = true;
    if (!is_noise(line))
        keep(self, line);
}

void firth_ssh_words_feed(firth_ssh_words *self, const void *data, size_t length)
{
    const char *bytes = data;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n')
            take_line(self);
        else if (bytes[i] != '\0' && self->line_length < sizeof self->line - 1)
            self->line[self->line_length++] = bytes[i];
    }
}

/* Between a line that ends in `last` and the next one. */
static const char *separator(char last)
{
    return last == '.' || last == ':' || last == '!' ? " " : "; ";
}

void firth_ssh_words_text(const firth_ssh_words *self, char text[FIRTH_SSH_TEXT])
{
    size_t first = self->count > FIRTH_SSH_LINES ? self->count - FIRTH_SSH_LINES : 0;
    size_t length = 0;
    *text = '\0';
    for (size_t i = first; i < self->count; i++)
        length += (size_t)snprintf(text + length, FIRTH_SSH_TEXT - length, "%s%s",
                                   i > first ? separator(text[length - 1]) : "",
                                   self->lines[i % FIRTH_SSH_LINES]);
}
