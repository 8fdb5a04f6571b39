/* firth_err becomes nothing (the values out follow), or true if there are none, or
 * `nil, message, code`. Nothing is pushed before `ret`, so that what the call left
 * in C has been freed when Lua may raise for lack of memory. */
%typemap(out) firth_err ""

%typemap(ret) firth_err {
    if ($1 != FIRTH_OK)
        return firth_lua_failed(L, $1);
    if (SWIG_arg == 0) {
        lua_pushboolean(L, 1);
        SWIG_arg = 1;
    }
}

/* A failed write tells how many bytes were taken. */
%typemap(ret) firth_err firth_stream::write, firth_err firth_stream::write_some {
    if ($1 != FIRTH_OK)
        return firth_lua_failed_write(L, $1);
    if (SWIG_arg == 0) {
        lua_pushboolean(L, 1);
        SWIG_arg = 1;
    }
}

/* A send that was interrupted tells how many bytes are still to go: none of a payload
 * that was not taken. */
%typemap(ret) firth_err firth_channel::send {
    if ($1 != FIRTH_OK)
        return firth_lua_failed_send(L, $1);
    if (SWIG_arg == 0) {
        lua_pushboolean(L, 1);
        SWIG_arg = 1;
    }
}

/* What ends a stream ends the objects of Lua below it too. */
%typemap(ret) firth_err firth_stream::close, firth_err firth_stream::finish,
              firth_err firth_channel::close, firth_err firth_channel::finish {
    if ($1 != FIRTH_OK)
        return firth_lua_failed(L, $1);
    return firth_lua_ended(L);
}
