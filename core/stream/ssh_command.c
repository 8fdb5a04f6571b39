#include "stream/ssh_command.h"

#include "base/fail.h"
#include "base/memory.h"
#include "platform/file.h"
#include "stream/socket_arguments.h"
#include "stream/ssh_words.h"
#include "stream/tunnel_target.h"

#include <stdio.h>
#include <string.h>

/* ---- Checks ------------------------------------------------------------------- */

static firth_err fail_byte(const char *what, const char *text, size_t at)
{
    return firth_fail(FIRTH_E_INVALID, "%s has 0x%02x at byte %zu, which ssh cannot be told", what,
                      (unsigned char)text[at], at);
}

static firth_err check_bytes(const char *what, const char *text, const char *refused)
{
    for (size_t i = 0; text[i] != '\0'; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f || strchr(refused, text[i]) != NULL)
            return fail_byte(what, text, i);
    return FIRTH_OK;
}

static firth_err check_word(const char *what, const char *text, const char *refused)
{
    if (*text == '\0')
        return firth_fail(FIRTH_E_INVALID, "%s is empty", what);
    if (*text == '-')
        return firth_fail(FIRTH_E_INVALID, "%s begins with '-', as an option does", what);
    return check_bytes(what, text, refused);
}

/* A host may get into a command of ssh's configuration (%h), a user too (%r). */
static firth_err check_host(const char *host)
{
    if (host == NULL)
        return firth_fail(FIRTH_E_INVALID, "%s", "the host of ssh is NULL");
    if (strlen(host) > FIRTH_SSH_HOST)
        return firth_fail(FIRTH_E_INVALID, "the host of ssh is %zu bytes long, the limit is %d",
                          strlen(host), FIRTH_SSH_HOST);
    return check_word("the host of ssh", host, " !\"#$&'()*,/;<=>?@[\\]^`{|}~");
}

static firth_err check_user(const char *user)
{
    return user != NULL ? check_word("the user of ssh", user, " \"$&'();<>`{|}") : FIRTH_OK;
}

/* In the value of an option, ssh takes quotes off and replaces what a dollar begins. */
static firth_err check_file(const char *what, const char *path, const char *refused)
{
    if (path == NULL)
        return FIRTH_OK;
    firth_err err = check_bytes(what, path, refused);
    return err == FIRTH_OK ? firth_file_check(what, path) : err;
}

static bool is_none(const char *path)
{
    return path != NULL && strcmp(path, "none") == 0;
}

static firth_err check_files(const firth_ssh_options *options)
{
    firth_err err = check_file("identity_file", options->identity_file, "\"\\$");
    if (err == FIRTH_OK)
        err = check_file("known_hosts", options->known_hosts, "\"\\$");
    if (err == FIRTH_OK && !is_none(options->config_file))
        err = check_file("config_file", options->config_file, "");
    return err;
}

firth_err firth_ssh_order_check(const firth_ssh_order *order)
{
    firth_target target;
    firth_err err = check_host(order->host);
    if (err == FIRTH_OK)
        err = firth_check_port(order->port, 0);
    if (err == FIRTH_OK)
        err = check_user(order->options->user);
    if (err == FIRTH_OK)
        err = firth_target_make(&target, order->target_host, order->target_port);
    return err == FIRTH_OK ? check_files(order->options) : err;
}

/* ---- Words -------------------------------------------------------------------- */

static void add(firth_ssh_command *command, const char *word)
{
    command->arguments[command->count++] = word;
    command->arguments[command->count] = NULL;
}

static void add_option(firth_ssh_command *command, const char *option)
{
    add(command, "-o");
    add(command, option);
}

/* A text that lives as long as the command; NULL without memory. */
static char *new_text(firth_ssh_command *command, size_t size)
{
    char *text = firth_allocate(size);
    if (text != NULL)
        command->texts[command->text_count++] = text;
    else
        firth_fail(FIRTH_E_NO_MEMORY, "%s", "no memory for the command line of ssh");
    return text;
}

/* NAME="path": in quotes, each '%' twice, and with a folder before it, lest "none" or a
 * tilde mean something else. */
static firth_err add_file(firth_ssh_command *command, const char *name, const char *path)
{
    char *text = new_text(command, strlen(name) + 2 * strlen(path) + 6);
    if (text == NULL)
        return FIRTH_E_NO_MEMORY;
    char *end = text + sprintf(text, "%s=\"%s", name, *path == '/' ? "" : "./");
    for (; *path != '\0'; path++) {
        *end++ = *path;
        if (*path == '%')
            *end++ = '%';
    }
    strcpy(end, "\"");
    add_option(command, text);
    return FIRTH_OK;
}

static firth_err add_number(firth_ssh_command *command, const char *before, int number)
{
    char *text = new_text(command, strlen(before) + 12);
    if (text == NULL)
        return FIRTH_E_NO_MEMORY;
    sprintf(text, "%s%d", before, number);
    add(command, text);
    return FIRTH_OK;
}

/* Nothing is asked, no host key is learned, and no other connection is used or left
 * behind, whatever the user's configuration says. */
static void add_what_is_always_said(firth_ssh_command *command)
{
    static const char *const options[] = {
        "BatchMode=yes",           "StrictHostKeyChecking=yes",
        "VerifyHostKeyDNS=no",     "NoHostAuthenticationForLocalhost=no",
        "UpdateHostKeys=no",       "ExitOnForwardFailure=yes",
        "ClearAllForwardings=yes", "ControlMaster=no",
        "ControlPath=none",        "PermitLocalCommand=no",
        "RemoteCommand=none",      "ConnectionAttempts=1",
        "LogLevel=VERBOSE",
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        add_option(command, options[i]);
}

/* From 8.7 on, a configuration can send ssh into the background, or take its input away. */
static void add_what_newer_ones_know(firth_ssh_command *command)
{
    add_option(command, FIRTH_SSH_LOG_VERBOSE);
    add_option(command, "ForkAfterAuthentication=no");
    add_option(command, "StdinNull=no");
}

static firth_err add_files(firth_ssh_command *command, const firth_ssh_options *options)
{
    firth_err err = FIRTH_OK;
    if (options->config_file != NULL) {
        add(command, "-F");
        add(command, options->config_file);
    }
    if (options->identity_file != NULL) {
        add_option(command, "IdentitiesOnly=yes");
        err = add_file(command, "IdentityFile", options->identity_file);
    }
    if (options->known_hosts != NULL && err == FIRTH_OK) {
        add_option(command, "GlobalKnownHostsFile=/dev/null");
        err = add_file(command, "UserKnownHostsFile", options->known_hosts);
    }
    return err;
}

/* In whole seconds, at least one. */
static firth_err add_time(firth_ssh_command *command, double timeout)
{
    if (timeout < 0 || timeout > 1e6)
        return FIRTH_OK;
    add(command, "-o");
    return add_number(command, "ConnectTimeout=", (int)timeout + 1);
}

static firth_err add_target(firth_ssh_command *command, const firth_ssh_order *order)
{
    firth_target target;
    char *text = new_text(command, FIRTH_TARGET_TEXT);
    if (text == NULL)
        return FIRTH_E_NO_MEMORY;
    firth_err err = firth_target_make(&target, order->target_host, order->target_port);
    if (err != FIRTH_OK)
        return err;
    firth_target_text(&target, text);
    add(command, "-W");
    add(command, text);
    add(command, "--");
    add(command, order->host);
    return FIRTH_OK;
}

firth_err firth_ssh_command_make(firth_ssh_command *command, const firth_ssh_order *order)
{
    const firth_ssh_options *options = order->options;
    *command = (firth_ssh_command){0};
    add(command, options->program != NULL ? options->program : "ssh");
    add_what_is_always_said(command);
    if (order->tells_more)
        add_what_newer_ones_know(command);
    firth_err err = add_time(command, order->timeout);
    if (err == FIRTH_OK)
        err = add_files(command, options);
    if (options->user != NULL) {
        add(command, "-l");
        add(command, options->user);
    }
    if (err == FIRTH_OK && order->port != 0) {
        add(command, "-p");
        err = add_number(command, "", order->port);
    }
    return err == FIRTH_OK ? add_target(command, order) : err;
}

void firth_ssh_command_release(firth_ssh_command *command)
{
    while (command->text_count != 0)
        firth_deallocate(command->texts[--command->text_count]);
}
