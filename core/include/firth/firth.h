/* firth: rpyc's byte streams, frames and channels as a C11 library.
 *
 * Conventions, for every function of every header:
 *
 * Results    A function that can fail returns firth_err; FIRTH_OK is 0. What it
 *            makes it gives through its first parameter, which is NULL after a
 *            failure. firth_last_error() tells the rest (error.h).
 * Handles    Opaque and counted. *_create, *_connect, ... give the caller a
 *            reference; *_free drops it. An object keeps what it is built upon
 *            alive. free(NULL) does nothing; any other NULL handle is
 *            FIRTH_E_INVALID, never a crash.
 * Options    A struct made by its _INIT macro, or NULL for the defaults.
 * Time       Seconds as a double. FIRTH_UNSET: the stream's own time-out; 0: try
 *            and do not wait; negative (FIRTH_FOREVER): no limit. A time-out
 *            covers the whole call and loses nothing.
 * Threads    One thread may read while another writes, on one stream or channel;
 *            further readers and writers take turns. close may come from any
 *            thread, never blocks, and wakes whoever is blocked. free must be
 *            the last call with that reference.
 * Signals    No call raises SIGPIPE. An interrupted system call goes on, after
 *            the interrupt hook was asked (error.h).
 * Output     firth prints nothing, never exits, and keeps no global settings.
 */
#ifndef FIRTH_FIRTH_H
#define FIRTH_FIRTH_H

#include <firth/base.h>
#include <firth/batching_channel.h>
#include <firth/brine.h>
#include <firth/buffered_stream.h>
#include <firth/channel.h>
#include <firth/compressed_channel.h>
#include <firth/encrypted_channel.h>
#include <firth/error.h>
#include <firth/factories.h>
#include <firth/frame.h>
#include <firth/listener.h>
#include <firth/memory.h>
#include <firth/open.h>
#include <firth/pipe_stream.h>
#include <firth/process_stream.h>
#include <firth/socket_stream.h>
#include <firth/stream.h>
#include <firth/stream_ops.h>
#include <firth/tls_stream.h>
#include <firth/tunneled_socket_stream.h>
#include <firth/windows_streams.h>

#endif
