/* Threads of the library's own. */
#ifndef FIRTH_PLATFORM_POSIX_THREAD_H
#define FIRTH_PLATFORM_POSIX_THREAD_H

/* Starts a thread that nobody joins, and in which no signal handler of the host program
 * runs. 0, or an errno. */
int firth_thread_start(void *(*run)(void *argument), void *argument);

#endif
