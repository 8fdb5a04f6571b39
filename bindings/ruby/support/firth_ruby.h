/* What the generated wrapper asks of the hand-written part of the extension.
 *
 * Every function is called with the GVL unless it says otherwise, and may raise
 * unless it says otherwise. */
#ifndef FIRTH_RUBY_H
#define FIRTH_RUBY_H

#include <firth/firth.h>
#include <ruby.h>

/* ---- errors.c: failures become Ruby's errors. */

/* Remembers Firth::Failure, which is defined in firth/errors.rb. */
void firth_ruby_init_errors(VALUE firth);

/* The last thing that each wrapped function does: raises what `err` and the last
 * error of this thread say. Returns for FIRTH_OK. */
void firth_ruby_settle(firth_err err);

/* Keeps the state of rb_protect until firth_ruby_settle jumps with it. Never raises. */
void firth_ruby_keep_jump(int state);

/* Keeps, of a write that failed with `err`, the bytes taken before the attempt which
 * failed. Never raises. */
void firth_ruby_keep_taken(size_t before, firth_err err);

/* What firth is told of an exception that is kept: FIRTH_E_CALLBACK; or FIRTH_E_EOF or
 * FIRTH_E_CONNECTION_LOST if it says so itself. Never raises. */
firth_err firth_ruby_kept_code(void);

/* ---- values.c: values of Ruby in and out. */

/* Strings up to this many bytes are copied, longer ones are shared copy-on-write. */
#define FIRTH_RUBY_SMALL_DATA 512

/* Bytes that stay as they are while other threads run. */
typedef struct firth_ruby_data {
    const void *bytes;
    size_t length;
    VALUE keep; /* must be guarded from the garbage collector until the call is over */
    char small[FIRTH_RUBY_SMALL_DATA];
} firth_ruby_data;

/* TypeError for anything but a String or what has to_str. */
void firth_ruby_take_bytes(VALUE value, firth_ruby_data *data);

/* Wipes the copy of bytes that were taken. Never raises. */
void firth_ruby_forget_bytes(firth_ruby_data *data);

/* An ASCII-8BIT String. Never raises: firth_ruby_settle raises the NoMemoryError. */
VALUE firth_ruby_string(const void *bytes, size_t length);

/* Seconds: nil is for ever. The value may be the keyword `timeout:` in its Hash. */
double firth_ruby_seconds(VALUE value);

/* nil for a time without end. */
VALUE firth_ruby_from_seconds(double seconds);

/* ArgumentError for a negative number. */
size_t firth_ruby_size(VALUE value);

/* A copy that *keep holds; NULL for nil. ArgumentError for a NUL byte within. */
const char *firth_ruby_text(VALUE value, VALUE *keep);

/* The same for a String or what has to_path. TypeError for nil. */
const char *firth_ruby_path(VALUE value, VALUE *keep);

/* Copies of an Array's Strings, and NULL, which *keep holds; NULL for nil. TypeError for what
 * is no Array or no String, ArgumentError for a NUL byte within. */
const char *const *firth_ruby_strings(VALUE value, VALUE *keep);

/* A Firth::Counters. */
VALUE firth_ruby_counters(const firth_counters *counters);

/* ---- handles.c: objects around firth's handles. */

/* The handle in `object`, which is one of ours if `destroy` is its free function.
 * TypeError if it is not, or has not been initialised. */
void *firth_ruby_handle_slow(VALUE object, const char *class_name);
static inline void *firth_ruby_handle(VALUE object, RUBY_DATA_FUNC destroy, const char *class_name)
{
    if (RB_LIKELY(RB_TYPE_P(object, T_DATA) && RDATA(object)->dfree == destroy)
        && RB_LIKELY(RDATA(object)->data != NULL))
        return RDATA(object)->data;
    return firth_ruby_handle_slow(object, class_name);
}

/* The handle of a stream that `self`, an object which is being initialised, is to lie
 * over, and keeps alive. Over one that is confined, `self` is confined itself.
 * TypeError if `object` is no stream, or `self` was initialised before. */
firth_stream *firth_ruby_lower(VALUE self, VALUE object, RUBY_DATA_FUNC destroy);

/* Makes `self`, which is being initialised, confined, and keeps `below` alive with it,
 * which answers to closed? as well. TypeError if it was initialised before. */
void firth_ruby_confine(VALUE self, VALUE below);

/* `self` keeps `object` alive, and where it is in memory. Once for each `self`. */
void firth_ruby_pin(VALUE self, VALUE object);

/* Whether calls on the object come to objects of Ruby's: they are made with the GVL.
 * Never raises. */
bool firth_ruby_confined(VALUE object);

/* closed?, where `closed` is what firth says of the handle: what lies below may be
 * closed already. */
VALUE firth_ruby_closed(VALUE self, bool closed);

/* The object around a new handle. Called for a class: an instance of it. For an
 * object that is being initialised: that object. Else: a Firth::SocketStream. */
VALUE firth_ruby_adopt(VALUE self, void *handle, RUBY_DATA_FUNC destroy);

/* ---- owner.c: streams over IO objects. */

void firth_ruby_init_owners(void);

/* A stream over the socket `descriptor` of `io`. The stream keeps `io` alive and has
 * it closed. */
firth_err firth_ruby_socket_stream_from_io(firth_stream **stream, VALUE io, int descriptor);

/* The same over two ends; nil in place of an IO means a descriptor that firth closes. */
firth_err firth_ruby_pipe_stream_from_ends(firth_stream **stream, VALUE incoming, int incoming_fd,
                                           VALUE outgoing, int outgoing_fd);

/* Takes out of an IO what it has read ahead, without a system call. IOError if it is
 * closed or converts characters. */
VALUE firth_ruby_take_buffered(VALUE io);

/* The IO that `io` writes through, which differs from it for popen's. */
VALUE firth_ruby_write_end(VALUE io);

/* Has the IO objects closed whose streams are closed. Never raises. */
void firth_ruby_close_ios(void);

/* ---- custom_stream.c: streams over objects of Ruby's. */

/* A stream for `self`, whose functions are those of `object`, a Firth::CustomObject:
 * `self` keeps it alive. */
firth_err firth_ruby_custom_stream_create(firth_stream **stream, VALUE self, VALUE object);

/* ---- tunnel.c: tunnels of the user's, closed with their streams. */

/* A stream for `self` over `lower`. When it is closed, `tunnel`, a Firth::Tunnel that
 * `self` keeps alive, is closed behind it. */
firth_err firth_ruby_tunneled_socket_stream_create(firth_stream **stream, firth_stream *lower,
                                                   VALUE self, VALUE tunnel);

/* Closes the tunnels whose streams this thread, or none of Ruby's, has closed. Keeps what
 * they raise. */
void firth_ruby_close_tunnels(void);

/* ---- brine_dump.c, brine_load.c: values of Ruby as brine. Limits are a Firth::Brine::Limits
 * or nil. */

/* Remembers Firth::Brine's classes and values, which are defined in firth/brine_values.rb. */
void firth_ruby_init_brine(VALUE firth);

/* An ASCII-8BIT String. TypeError, EncodingError: a value that brine does not have. */
firth_err firth_ruby_brine_dump(VALUE value, VALUE limits, VALUE *object);

/* Whether firth_ruby_brine_dump would succeed. */
firth_err firth_ruby_brine_dumpable(VALUE value, VALUE limits, bool *answer);

/* The value, frozen with all that is in it. TypeError for anything but a String or what has
 * to_str. */
firth_err firth_ruby_brine_load(VALUE encoded, VALUE limits, VALUE *object);

/* ---- blocking.c: firth's calls that may block, without the GVL unless the object is
 * confined. They take and give what firth's own functions do, and go on after an
 * interruption which raised nothing. FIRTH_E_INTERRUPTED: firth_ruby_settle raises. They
 * never raise. */

/* Where a payload arrives: in `small`, else in a String, else in memory of its own.
 *
 * A String can be made with the GVL only. So the first attempt is told that there is
 * no memory for more than `small`; firth keeps the payload, and the next attempt
 * finds a String. What outgrows that (a length is a claim, and memory is given in
 * steps) goes on in memory of its own. */
typedef struct firth_payload {
    size_t length;
    char *memory;    /* where it arrives now */
    size_t capacity; /* bytes there */
    size_t wanted;   /* bytes that a String must have room for, or 0 */
    VALUE string;    /* hidden from Ruby, or nil */
    char *large;     /* from malloc, or NULL */
    char small[16384];
} firth_payload;

void firth_ruby_payload_begin(firth_payload *payload);

/* firth_reserve, without the GVL. */
void *firth_ruby_payload_reserve(void *payload, size_t size);

/* Makes the String that was wanted. False if none was, or it cannot be made. */
bool firth_ruby_payload_make_string(firth_payload *payload);

/* The payload that has arrived, in ASCII-8BIT. As firth_ruby_string. */
VALUE firth_ruby_payload_string(firth_payload *payload);

void firth_ruby_payload_end(firth_payload *payload);

firth_err firth_ruby_socket_stream_connect(firth_stream **stream, const char *host, int port,
                                           const firth_connect_options *options);
firth_err firth_ruby_socket_stream_unix_connect(firth_stream **stream, const char *path,
                                                double timeout);
firth_err firth_ruby_socks5_connect(firth_stream **stream, const char *proxy_host, int proxy_port,
                                    const char *host, int port,
                                    const firth_proxy_options *options);
firth_err firth_ruby_http_connect(firth_stream **stream, const char *proxy_host, int proxy_port,
                                  const char *host, int port,
                                  const firth_proxy_options *options);
firth_err firth_ruby_open(firth_stream **stream, const char *uri, double timeout);
firth_err firth_ruby_listener_listen(firth_listener **listener, const char *host, int port,
                                     const firth_listen_options *options);
firth_err firth_ruby_listener_tls_listen(firth_listener **listener, const char *host, int port,
                                         const firth_tls_options *tls,
                                         const firth_listen_options *options);
firth_err firth_ruby_socket_stream_ssl_connect(firth_stream **stream, const char *host, int port,
                                               const firth_tls_options *tls,
                                               const firth_connect_options *options);
firth_err firth_ruby_tls_stream_handshake(firth_stream *stream, double timeout);
firth_err firth_ruby_ssh_connect(firth_stream **stream, const char *ssh_host, int ssh_port,
                                 const char *host, int port, const firth_ssh_options *options);
firth_err firth_ruby_listener_accept(firth_listener *listener, firth_stream **stream,
                                     double timeout);
firth_err firth_ruby_pipe_stream_spawn(firth_stream **stream, const char *const *cmd_args,
                                       const firth_process_options *options);
firth_err firth_ruby_pipe_stream_exit_status(firth_stream *stream, double timeout, int *status);
firth_err firth_ruby_stream_read(firth_stream *stream, void *buffer, size_t length, double timeout);
firth_err firth_ruby_stream_read_some(firth_stream *stream, void *buffer, size_t capacity,
                                      double timeout, size_t *count);
firth_err firth_ruby_stream_write(firth_stream *stream, const void *data, size_t length,
                                  double timeout);
firth_err firth_ruby_stream_write_some(firth_stream *stream, const void *data, size_t length,
                                       double timeout, size_t *count);
firth_err firth_ruby_stream_unread(firth_stream *stream, const void *data, size_t length);
firth_err firth_ruby_stream_poll(firth_stream *stream, double timeout, bool *ready);
firth_err firth_ruby_stream_flush(firth_stream *stream, double timeout);
firth_err firth_ruby_stream_finish(firth_stream *stream, double timeout);
firth_err firth_ruby_channel_send(firth_channel *channel, const void *payload, size_t length,
                                  double timeout);
firth_err firth_ruby_channel_recv(firth_channel *channel, double timeout, firth_payload *payload);
firth_err firth_ruby_channel_poll(firth_channel *channel, double timeout, bool *ready);
firth_err firth_ruby_channel_flush(firth_channel *channel, double timeout);
firth_err firth_ruby_channel_uncork(firth_channel *channel, double timeout);
firth_err firth_ruby_channel_handshake(firth_channel *channel, double timeout);
firth_err firth_ruby_channel_finish(firth_channel *channel, double timeout);
firth_err firth_ruby_key_from_passphrase(const void *passphrase, size_t passphrase_length,
                                         const void *salt, size_t salt_length,
                                         unsigned char key[FIRTH_KEY_SIZE]);

#endif
