/* Objects are userdata of our own (object.h of the support code): SWIG's would trust
 * any userdata. */

/* Lua has one object for one stream. */
%ignore firth_stream::firth_stream(firth_stream *);

/* `end` is a word of the language. */
%rename(end_) firth_frame_codec::end;

%define FIRTH_LUA_CLASS(TYPE, CLASS)
%typemap(in, checkfn="firth_lua_unchecked") TYPE * {
    $1 = (TYPE *)firth_lua_check(L, $input, &CLASS);
}
%enddef

/* An object out. The userdata is made before the call, so that a lack of memory in
 * Lua leaves nothing behind in C, and filled after it. */
%define FIRTH_LUA_NEW(TYPE, NAME, CLASS)
%typemap(in, numinputs=0) TYPE **NAME (TYPE *made = NULL, firth_lua_object *object = NULL) {
    $1 = &made;
}
%typemap(check) TYPE **NAME {
    object$argnum = firth_lua_new(L, &CLASS, 1);
}
%typemap(argout) TYPE **NAME {
    if (result == FIRTH_OK) {
        object$argnum->handle = *$1;
        SWIG_arg++;
    }
}
%enddef

FIRTH_LUA_CLASS(firth_stream, firth_lua_stream_class)
FIRTH_LUA_CLASS(firth_listener, firth_lua_listener_class)
FIRTH_LUA_CLASS(firth_frame_codec, firth_lua_frame_codec_class)
FIRTH_LUA_CLASS(firth_channel, firth_lua_channel_class)

FIRTH_LUA_NEW(firth_stream, STREAM, firth_lua_stream_class)
FIRTH_LUA_NEW(firth_stream, SECOND_STREAM, firth_lua_stream_class)
FIRTH_LUA_NEW(firth_listener, LISTENER, firth_lua_listener_class)
FIRTH_LUA_NEW(firth_frame_codec, CODEC, firth_lua_frame_codec_class)
FIRTH_LUA_NEW(firth_channel, CHANNEL, firth_lua_channel_class)

/* A buffered stream's user value is the object of the stream below: the first argument. */
%typemap(in, checkfn="firth_lua_unchecked") (firth_stream **STREAM, firth_stream *LOWER)
        (firth_stream *made = NULL, firth_lua_object *object = NULL) {
    $1 = &made;
    $2 = (firth_stream *)firth_lua_check(L, $input, &firth_lua_stream_class);
}
%typemap(check) (firth_stream **STREAM, firth_stream *LOWER) {
    object$argnum = firth_lua_new(L, &firth_lua_stream_class, 1);
}
%typemap(argout) (firth_stream **STREAM, firth_stream *LOWER) {
    if (result == FIRTH_OK) {
        object$argnum->handle = *$1;
        firth_lua_lay_over(L, object$argnum, 1);
        SWIG_arg++;
    }
}

/* A channel's user value is the object of its stream: the first argument. */
%typemap(argout) firth_channel **CHANNEL {
    if (result == FIRTH_OK) {
        object$argnum->handle = *$1;
        firth_lua_lay_over(L, object$argnum, 1);
        SWIG_arg++;
    }
}
