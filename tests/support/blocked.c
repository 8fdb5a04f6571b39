#include "blocked.h"

firth_err read_one(void *stream)
{
    char byte;
    return firth_stream_read(stream, &byte, 1, FIRTH_FOREVER);
}

firth_err write_much(void *stream)
{
    static const char much[MUCH];
    return firth_stream_write(stream, much, sizeof much, FIRTH_FOREVER);
}

firth_err poll_for_ever(void *stream)
{
    bool ready = false;
    firth_err err = firth_stream_poll(stream, FIRTH_FOREVER, &ready);
    return err == FIRTH_OK && !ready ? FIRTH_E_INVALID : err;
}
