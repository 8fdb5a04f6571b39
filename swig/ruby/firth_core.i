/* What SWIG is run on for Ruby: the interface of all languages, then what can only
 * be said once its classes exist. */
%include "firth.i"

%init %{
    rb_define_alloc_func(SwigClassStream.klass, firth_ruby_allocate_stream);
    rb_define_alloc_func(SwigClassChannel.klass, firth_ruby_allocate_channel);
    rb_define_alloc_func(SwigClassListener.klass, firth_ruby_allocate_listener);
    rb_define_alloc_func(SwigClassFrameCodec.klass, firth_ruby_allocate_frame_codec);
%}
