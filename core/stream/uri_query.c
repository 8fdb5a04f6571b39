/* Options of an address: "?name=value&name=value". RFC 3986 3.4. */
#include "stream/uri_cursor.h"

#include "base/fail.h"

#include <stdio.h>
#include <string.h>

#define LIST_SIZE 320

static void append(char list[LIST_SIZE], const char *text)
{
    size_t used = strlen(list);
    snprintf(list + used, LIST_SIZE - used, "%s", text);
}

static void append_names(char list[LIST_SIZE], const firth_uri_option_form *forms)
{
    for (; forms != NULL && forms->name != NULL; forms++) {
        append(list, list[0] != '\0' && list[strlen(list) - 1] != ' ' ? ", " : "");
        append(list, forms->name);
    }
}

/* "an option of tcp: ipv6, keepalive", with those that may stand there. */
static const char *list_known(char list[LIST_SIZE], const char *which, const char *how,
                              const firth_uri *uri)
{
    snprintf(list, LIST_SIZE, "%s option of %s%s%s: ", which, uri->scheme->name,
             uri->target_tls ? " with tls" : "", how);
    append_names(list, uri->scheme->options[0]);
    append_names(list, uri->scheme->options[1]);
    if (uri->target_tls)
        append_names(list, uri->scheme->target_options);
    return list;
}

static const firth_uri_option_form *find(const firth_uri_option_form *forms, const char *name,
                                         size_t length)
{
    for (; forms != NULL && forms->name != NULL; forms++)
        if (strlen(forms->name) == length && strncmp(forms->name, name, length) == 0)
            return forms;
    return NULL;
}

static firth_err find_form(const firth_uri_cursor *self, const firth_uri *uri, size_t length,
                           const firth_uri_option_form **form)
{
    char list[LIST_SIZE];
    const char *name = self->text + self->at;
    *form = find(uri->scheme->options[0], name, length);
    if (*form == NULL)
        *form = find(uri->scheme->options[1], name, length);
    if (*form == NULL && uri->target_tls)
        *form = find(uri->scheme->target_options, name, length);
    return *form != NULL ? FIRTH_OK
                         : firth_uri_fault_text(self, list_known(list, "an", "", uri), length);
}

static bool repeats(const firth_uri *uri, const firth_uri_option *option)
{
    for (size_t i = 0; i < uri->option_count; i++) {
        const firth_uri_option *other = &uri->options[i];
        size_t name_length = strcspn(option->text, "=");
        if (other->form != option->form || option->form->kind == FIRTH_URI_ARGUMENT)
            continue;
        if (option->form->kind != FIRTH_URI_VARIABLE ||
            strncmp(other->text, option->text, name_length + 1) == 0)
            return true;
    }
    return false;
}

/* "yes, no" */
static void append_words(char list[LIST_SIZE], const firth_uri_choice *choices)
{
    for (const firth_uri_choice *choice = choices; choice->word != NULL; choice++) {
        append(list, choice == choices ? "" : choice[1].word == NULL ? " or " : ", ");
        append(list, choice->word);
    }
}

static bool choose(const firth_uri_cursor *self, size_t length, firth_uri_option *option)
{
    for (const firth_uri_choice *choice = option->form->choices; choice->word != NULL; choice++) {
        option->number = choice->value;
        if (strlen(choice->word) == length &&
            strncmp(choice->word, self->text + self->at, length) == 0)
            return true;
    }
    return false;
}

/* One of the words, or a number if it may be one. */
static firth_err take_choice(firth_uri_cursor *self, size_t length, firth_uri_option *option)
{
    char list[LIST_SIZE] = "";
    char number[32];
    append_words(list, option->form->choices);
    if (choose(self, length, option)) {
        self->at += length;
        return FIRTH_OK;
    }
    if (option->form->kind == FIRTH_URI_NUMBER) {
        snprintf(number, sizeof number, ", or 0 to %d", option->form->highest);
        append(list, number);
        if (length != 0 && strspn(self->text + self->at, "0123456789") == length)
            return firth_uri_number(self, 0, option->form->highest, list, &option->number);
    }
    return firth_uri_fault_text(self, list, length);
}

static firth_err take_variable(firth_uri_cursor *self, size_t length, firth_uri_option *option)
{
    size_t start = self->at;
    firth_err err = firth_uri_decode(self, length, "/?:@=", &option->text);
    if (err == FIRTH_OK && strcspn(option->text, "=") == 0)
        return firth_uri_fault_at(start, "NAME=value", "no name");
    if (err == FIRTH_OK && strchr(option->text, '=') == NULL)
        return firth_uri_fault_at(start, "NAME=value", "no '='");
    return err;
}

static firth_err take_value(firth_uri_cursor *self, size_t length, firth_uri_option *option)
{
    option->text = "";
    switch (option->form->kind) {
    case FIRTH_URI_CHOICE:
    case FIRTH_URI_NUMBER:
        return take_choice(self, length, option);
    case FIRTH_URI_VARIABLE:
        return take_variable(self, length, option);
    case FIRTH_URI_TEXT:
        if (length == 0)
            return firth_uri_fault(self, "a value");
        break;
    case FIRTH_URI_ARGUMENT:
        break;
    }
    return firth_uri_decode(self, length, "/?:@=", &option->text);
}

static firth_err take_option(firth_uri_cursor *self, firth_uri *uri)
{
    char list[LIST_SIZE];
    firth_uri_option option = {0};
    size_t start = self->at, length = firth_uri_span(self, "=&#");
    firth_err err = find_form(self, uri, length, &option.form);
    if (err != FIRTH_OK)
        return err;
    self->at += length;
    if (!firth_uri_skip(self, "="))
        return firth_uri_fault(self, "'=' behind the name of an option");
    err = take_value(self, firth_uri_span(self, "&#"), &option);
    if (err == FIRTH_OK && repeats(uri, &option))
        return firth_uri_fault_at(start, list_known(list, "each", " once", uri),
                                  "one for the second time");
    if (err == FIRTH_OK)
        uri->options[uri->option_count++] = option;
    return err;
}

firth_err firth_uri_query(firth_uri_cursor *self, firth_uri *uri)
{
    if (firth_uri_peek(self) == '\0')
        return FIRTH_OK;
    if (uri->scheme->options[0] == NULL)
        return firth_uri_fault(self, "the end");
    if (!firth_uri_skip(self, "?"))
        return firth_uri_fault(self, "'?' and options, or the end");
    do {
        firth_err err = take_option(self, uri);
        if (err != FIRTH_OK)
            return err;
    } while (firth_uri_skip(self, "&"));
    return firth_uri_peek(self) == '\0' ? FIRTH_OK : firth_uri_fault(self, "'&' or the end");
}
