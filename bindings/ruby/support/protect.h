/* Ruby code that runs in the middle of a call of firth's (protect.c). */
#ifndef FIRTH_RUBY_PROTECT_H
#define FIRTH_RUBY_PROTECT_H

#include "firth_ruby.h"

/* What a call leaves for its end, firth_ruby_settle, where everything that it held has
 * been let go. One for each thread. What is raised itself stays Ruby's errinfo. */
typedef struct firth_ruby_kept {
    int jump;       /* state of rb_protect, or 0 */
    bool by_close;  /* it came out of an object's `close` */
    size_t before;  /* bytes that a write had taken before the attempt that failed */
    size_t written; /* bytes that a write which failed has taken */
    size_t part;    /* bytes taken by a write below, which raised what is kept */
} firth_ruby_kept;

firth_ruby_kept *firth_ruby_kept_here(void);

/* Calls function(argument) and keeps what it is left by: an exception, throw,
 * Thread#kill. False if it is. While something is kept already, a StandardError gives way
 * to that. The function may call firth in turn. */
bool firth_ruby_protect(VALUE (*function)(VALUE), VALUE argument);

/* Whether what is kept is an exception of that class. */
bool firth_ruby_kept_is(VALUE klass);

/* Tells the object whose function this thread is in that `raised` left a write of firth's
 * after `written` bytes. */
void firth_ruby_tell_written(VALUE raised, size_t written);

#endif
