#include "stream/open_process.h"

#include "base/fail.h"
#include "base/memory.h"
#include "platform/process.h"

#include <string.h>

/* The options of that form, in order, from `texts` on; how many. */
static size_t collect(const firth_uri *uri, const firth_uri_option_form *form, const char **texts)
{
    size_t count = 0;
    for (size_t i = 0; i < uri->option_count; i++)
        if (uri->options[i].form == form)
            texts[count++] = uri->options[i].text;
    return count;
}

static bool is_named_among(const char *variable, const char *const *others, size_t count)
{
    size_t length = strcspn(variable, "=");
    for (size_t i = 0; i < count; i++)
        if (strncmp(others[i], variable, length) == 0 && others[i][length] == '=')
            return true;
    return false;
}

static bool has_name(const char *variable)
{
    return *variable != '=' && strchr(variable, '=') != NULL;
}

/* The address's variables, and then those of this process that have other names. What has
 * none, whoever left it there, is not passed on. */
static void fill_environment(const firth_uri *uri, const firth_uri_option_form *form,
                             const char *const *own, const char **environment)
{
    size_t given = collect(uri, form, environment), count = given;
    for (; *own != NULL; own++)
        if (has_name(*own) && !is_named_among(*own, environment, given))
            environment[count++] = *own;
}

static size_t length_of(const char *const *list)
{
    size_t length = 0;
    while (list[length] != NULL)
        length++;
    return length;
}

firth_err firth_open_process(firth_stream **stream, const firth_uri *uri,
                             const firth_uri_option_form *argument,
                             const firth_uri_option_form *variable,
                             const firth_process_options *options)
{
    firth_process_options completed = *options;
    const char *const *own = firth_process_environment();
    const char **arguments = firth_allocate_zeroed(uri->option_count + 2, sizeof *arguments);
    const char **environment =
        firth_allocate_zeroed(uri->option_count + length_of(own) + 1, sizeof *environment);
    firth_err err = FIRTH_E_NO_MEMORY;
    if (arguments != NULL && environment != NULL) {
        arguments[0] = uri->path;
        collect(uri, argument, arguments + 1);
        fill_environment(uri, variable, own, environment);
        completed.env = environment;
        err = firth_pipe_stream_spawn(stream, arguments, &completed);
    } else {
        firth_fail(err, "%s", "no memory for a program's arguments");
    }
    firth_deallocate(arguments);
    firth_deallocate(environment);
    return err;
}
