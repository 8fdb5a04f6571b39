/* Calls a function of an rpyc service, request by request: rpyc's messages are values in brine.
 * For servers of rpyc 6.0 and later: brine HOST PORT */
#include "example.h"

enum { REQUEST = 1, REPLY };            /* kinds of messages */
enum { GETROOT = 3, CALLATTR = 8 };     /* what a request asks for */
enum { VALUE = 1, TUPLE, YOURS, MINE }; /* what an argument is: a value, or a reference */

static firth_brine_encoder *encoder;
static firth_brine_decoder *decoder;

static void add(firth_brine_value value)
{
    expect_ok(firth_brine_encoder_add(encoder, value));
}

static void add_pair(int64_t first, firth_brine_value second)
{
    add(firth_brine_tuple(2));
    add(firth_brine_integer(first));
    add(second);
}

/* A message is its kind, one byte, and brine of (sequence number, arguments). */
static void begin_request(int64_t number, int64_t handler)
{
    add_pair(number, firth_brine_tuple(2));
    add(firth_brine_integer(handler));
}

static firth_brine_value next(firth_brine_kind kind)
{
    firth_brine_value value;
    expect_ok(firth_brine_decoder_next(decoder, &value));
    if (value.kind != kind)
        give_up("the server answers with something else");
    return value;
}

/* Sends what was added, and begins to decode the answer, which stays in `reply`: what it is, and
 * the value or the reference are next. */
static int64_t ask_service(firth_channel *channel, int64_t number, firth_bytes *reply)
{
    firth_slice arguments;
    expect_ok(firth_brine_encoder_finish(encoder, &arguments));
    unsigned char *request = malloc(1 + arguments.length);
    if (request == NULL)
        give_up("no memory");
    request[0] = REQUEST;
    memcpy(request + 1, arguments.data, arguments.length);
    expect_ok(firth_channel_send(channel, request, 1 + arguments.length, FIRTH_UNSET));
    free(request);
    expect_ok(firth_channel_recv(channel, FIRTH_UNSET, reply));

    const unsigned char *message = reply->data;
    if (reply->length == 0 || message[0] != REPLY)
        give_up("the server refused");
    expect_ok(firth_brine_decoder_start(decoder, message + 1, reply->length - 1));
    next(FIRTH_BRINE_TUPLE);
    if (next(FIRTH_BRINE_INTEGER).integer != number)
        give_up("an answer to another request");
    next(FIRTH_BRINE_TUPLE);
    return next(FIRTH_BRINE_INTEGER).integer;
}

/* some_function of the root, without arguments or keywords. */
static void begin_call(firth_brine_value name, firth_brine_value class_id,
                       firth_brine_value object_id)
{
    begin_request(1, CALLATTR);
    add_pair(TUPLE, firth_brine_tuple(4));
    add_pair(YOURS, firth_brine_tuple(3));
    add(name);
    add(class_id);
    add(object_id);
    add_pair(VALUE, firth_brine_string("some_function", 13));
    add_pair(VALUE, firth_brine_tuple(0));
    add_pair(VALUE, firth_brine_tuple(0));
}

int main(int argc, char **argv)
{
    firth_stream *stream;
    firth_bytes root, reply;
    expect_arguments(argc, 3, "brine HOST PORT");
    expect_ok(firth_socket_stream_connect(&stream, argv[1], atoi(argv[2]), NULL));
    firth_channel *channel = channel_over(stream);
    expect_ok(firth_brine_encoder_create(&encoder, NULL));
    expect_ok(firth_brine_decoder_create(&decoder, NULL));

    begin_request(0, GETROOT);
    add_pair(VALUE, firth_brine_tuple(0));
    if (ask_service(channel, 0, &root) != MINE)
        give_up("no root");
    next(FIRTH_BRINE_TUPLE); /* a reference is its name and two numbers */
    firth_brine_value name = next(FIRTH_BRINE_STRING);
    firth_brine_value class_id = next(FIRTH_BRINE_INTEGER);
    firth_brine_value object_id = next(FIRTH_BRINE_INTEGER);

    begin_call(name, class_id, object_id);
    ask_service(channel, 1, &reply);
    int64_t answer = next(FIRTH_BRINE_INTEGER).integer;
    expect_ok(firth_brine_decoder_finish(decoder));
    printf("%.*s says %d\n", (int)name.length, (const char *)name.data, (int)answer);

    firth_bytes_free(&root);
    firth_bytes_free(&reply);
    firth_brine_encoder_free(encoder);
    firth_brine_decoder_free(decoder);
    end(channel);
    return 0;
}
