#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DETAIL_SIZE 512

static _Thread_local struct {
    firth_error error;
    char detail[DETAIL_SIZE];
    bool said; /* something was reported since this was last cleared */
} last = {.error = {.detail = ""}};

static _Thread_local struct {
    firth_interrupt_hook ask;
    void *context;
} interrupt;

static _Thread_local struct {
    firth_wait_hook run;
    void *context;
} waiting;

const firth_error *firth_last_error(void)
{
    if (last.error.detail == NULL)
        last.error.detail = "";
    return &last.error;
}

static void set_error(firth_err code, const char *detail)
{
    last.error = (firth_error){.code = code, .detail = detail};
    last.said = true;
}

/* One line only: what a peer or a file name puts in must not break a log. */
static void blank_control_characters(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

firth_err firth_fail(firth_err code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(last.detail, sizeof last.detail, format, arguments);
    va_end(arguments);
    blank_control_characters(last.detail);
    set_error(code, last.detail);
    return code;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

firth_err firth_fail_because(firth_err code, const char *format, ...)
{
    char what[DETAIL_SIZE], why[DETAIL_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    snprintf(why, sizeof why, "%s", firth_last_error()->detail);
    if (*why == '\0' || ends_with(why, firth_error_text(last.error.code)))
        return firth_fail(code, "%s", what);
    return firth_fail(code, "%s: %s", what, why);
}

void firth_fail_os_error(int os_error)
{
    last.error.os_error = os_error;
}

void firth_fail_resolver_error(int resolver_error)
{
    last.error.resolver_error = resolver_error;
}

void firth_fail_count(size_t count)
{
    last.error.count = count;
}

void firth_fail_wants(firth_wants wants)
{
    last.error.wants = wants;
}

firth_err firth_fail_about(const char *who)
{
    firth_saved_error told;
    firth_error_save(&told);
    snprintf(last.detail, sizeof last.detail, "%s: %.400s", who, told.detail);
    blank_control_characters(last.detail);
    last.error.detail = last.detail;
    return last.error.code;
}

firth_err firth_fail_timeout(firth_wants wants)
{
    set_error(FIRTH_E_TIMEOUT, wants == FIRTH_WANTS_WRITE
                                   ? "the time ran out before the peer took the bytes"
                                   : "the time ran out before the peer sent the bytes");
    last.error.wants = wants;
    return FIRTH_E_TIMEOUT;
}

void firth_fail_expect(void)
{
    last.said = false;
}

bool firth_fail_said(firth_err code)
{
    return last.said && last.error.code == code;
}

firth_err firth_fail_from_outside(firth_err code, const char *who)
{
    if ((int)code <= 0 || code >= FIRTH_ERROR_COUNT)
        return firth_fail(FIRTH_E_INVALID, "%s: returned %d, which is no firth_err", who,
                          (int)code);
    if (firth_fail_said(code))
        return code;
    return firth_fail(code, "%s: %s", who, firth_error_text(code));
}

firth_err firth_error_raise(firth_err code, int os_error, const char *detail)
{
    if (detail != last.detail) {
        strncpy(last.detail, detail != NULL ? detail : firth_error_text(code), DETAIL_SIZE - 1);
        last.detail[DETAIL_SIZE - 1] = '\0';
    }
    blank_control_characters(last.detail);
    set_error(code, last.detail);
    last.error.os_error = os_error;
    return code;
}

void firth_set_interrupt_hook(firth_interrupt_hook hook, void *context)
{
    interrupt.ask = hook;
    interrupt.context = context;
}

bool firth_interrupt_hooked(void)
{
    return interrupt.ask != NULL;
}

bool firth_interrupt_requested(bool without_hook)
{
    return interrupt.ask != NULL ? interrupt.ask(interrupt.context) : without_hook;
}

void firth_set_wait_hook(firth_wait_hook hook, void *context)
{
    waiting.run = hook;
    waiting.context = context;
}

void firth_wait_outside(void (*wait)(void *argument), void *argument)
{
    if (waiting.run != NULL)
        waiting.run(waiting.context, wait, argument);
    else
        wait(argument);
}

firth_err firth_fail_interrupted(void)
{
    set_error(FIRTH_E_INTERRUPTED, "interrupted");
    return FIRTH_E_INTERRUPTED;
}

void firth_error_save(firth_saved_error *saved)
{
    saved->error = *firth_last_error();
    saved->said = last.said;
    snprintf(saved->detail, sizeof saved->detail, "%s", saved->error.detail);
}

firth_err firth_error_restore(const firth_saved_error *saved)
{
    snprintf(last.detail, sizeof last.detail, "%s", saved->detail);
    last.error = saved->error;
    last.error.detail = last.detail;
    last.said = saved->said;
    return last.error.code;
}
