/* What takes keywords: everything that takes a time-out or an option. */
%feature("kwargs") firth_stream::read_bytes;
%feature("kwargs") firth_stream::read_some_bytes;
%feature("kwargs") firth_stream::write;
%feature("kwargs") firth_stream::write_some;
%feature("kwargs") firth_stream::poll;
%feature("kwargs") firth_stream::flush;
%feature("kwargs") firth_stream::finish;
%feature("kwargs") firth_listener::accept_stream;
%feature("kwargs") firth_channel::send;
%feature("kwargs") firth_channel::recv_payload;
%feature("kwargs") firth_channel::poll;
%feature("kwargs") firth_channel::flush;
%feature("kwargs") firth_channel::finish;
%feature("kwargs") firth_channel::uncork;
%feature("kwargs") firth_channel::handshake;
%feature("kwargs") firth_swig_key_from_passphrase;
