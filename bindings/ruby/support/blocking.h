/* The engine under the blocking calls (blocking.c). */
#ifndef FIRTH_RUBY_BLOCKING_H
#define FIRTH_RUBY_BLOCKING_H

#include "firth_ruby.h"

/* The first member of each call's own struct. */
typedef struct firth_ruby_call firth_ruby_call;
struct firth_ruby_call {
    /* One attempt, without the GVL, within call->timeout. After FIRTH_E_INTERRUPTED it
     * may be asked again, and goes on. */
    firth_err (*attempt)(firth_ruby_call *call);
    /* The limit, in seconds, if the caller gave none. May be NULL: no limit. */
    double (*own_timeout)(const firth_ruby_call *call);
    /* May be NULL. With the GVL: whether there is a reason to attempt again within the
     * time that is left, although call->result is a failure. Must not raise. */
    bool (*again)(firth_ruby_call *call);
    double timeout;
    firth_err result;
    VALUE thread;
    bool confined; /* made with the GVL */
};

/* Attempts until there is a result, or Ruby raised something, which is kept
 * (FIRTH_E_INTERRUPTED). Never raises. */
firth_err firth_ruby_run(firth_ruby_call *call, double timeout);

/* For finish: first what `flush` attempts, which can go on after an interruption; then
 * `finish`, which cannot, for it closes. The stream is closed in any case. */
firth_err firth_ruby_run_finish(firth_ruby_call *flush, firth_err (*finish)(firth_ruby_call *),
                                firth_stream *stream, double timeout);

/* For Ruby code in the middle of a call: that call, or NULL, is put aside, so that the
 * code can make calls of its own, and taken up again. */
firth_ruby_call *firth_ruby_suspend(void);
void firth_ruby_resume(firth_ruby_call *call);

/* Whether firth, which is calling a stream's function, can be answered by Ruby code:
 * this thread is Ruby's and has the GVL. */
bool firth_ruby_can_answer(void);

#endif
