/* Ruby's scalars in the terms of the encoder. */
#include "brine.h"

#include <ruby/encoding.h>

static firth_err is(firth_ruby_scalar *scalar, firth_brine_value value)
{
    scalar->value = value;
    return FIRTH_OK;
}

__attribute__((format(printf, 3, 4)))
static firth_err refuse(firth_ruby_scalar *scalar, VALUE refusal, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    scalar->reason = rb_enc_vsprintf(rb_utf8_encoding(), format, arguments);
    va_end(arguments);
    scalar->refusal = refusal;
    return FIRTH_OK;
}

/* No fewer decimal digits than the number has. 0.30102 is a little under the logarithm of 2. */
static size_t least_digits(VALUE number)
{
    size_t bits = rb_absint_numwords(number, 1, NULL);
    return (size_t)((double)(bits - 1) * 0.30102) + 1;
}

/* To write out what is over the limit would take the time that the limit is to save. */
static firth_err big_integer(VALUE number, size_t digits, firth_ruby_scalar *scalar)
{
    size_t least = least_digits(number);
    if (least > digits)
        return firth_ruby_brine_fail(FIRTH_E_BUFFER_OVERFLOW,
                                     "an integer of %zu digits or more, over the limit of %zu",
                                     least, digits);
    VALUE text = scalar->keep = rb_big2str(number, 10);
    return is(scalar, firth_brine_big_integer(RSTRING_PTR(text), (size_t)RSTRING_LEN(text)));
}

/* False if it is none that a double holds exactly. */
static bool take_part(VALUE part, double *number)
{
    if (RB_FLOAT_TYPE_P(part)) {
        *number = RFLOAT_VALUE(part);
        return true;
    }
    if (!RB_INTEGER_TYPE_P(part) || rb_absint_numwords(part, 1, NULL) > 1023)
        return false;
    *number = NUM2DBL(part);
    return RTEST(rb_equal(part, DBL2NUM(*number)));
}

static firth_err complex_number(VALUE number, firth_ruby_scalar *scalar)
{
    VALUE parts[] = {rb_complex_real(number), rb_complex_imag(number)};
    double taken[2];
    for (int i = 0; i < 2; i++)
        if (!take_part(parts[i], &taken[i]))
            return refuse(scalar, rb_eTypeError,
                          "Complex, of whose parts one is %" PRIsVALUE " and no Float holds it",
                          rb_obj_class(parts[i]));
    return is(scalar, firth_brine_complex(taken[0], taken[1]));
}

/* The String that is transcoded, and what came of it. */
typedef struct transcoding {
    VALUE string;
    firth_ruby_scalar *scalar;
} transcoding;

static VALUE transcode(VALUE argument)
{
    transcoding *self = (transcoding *)argument;
    self->scalar->keep =
        rb_str_encode(self->string, rb_enc_from_encoding(rb_utf8_encoding()), 0, Qnil);
    return Qnil;
}

static const char *encoding_name(VALUE string)
{
    return rb_enc_name(rb_enc_get(string));
}

static VALUE refuse_transcoding(VALUE argument, VALUE error)
{
    transcoding *self = (transcoding *)argument;
    refuse(self->scalar, rb_eEncodingError, "String in %s: %" PRIsVALUE,
           encoding_name(self->string), error);
    return Qnil;
}

static void transcode_text(VALUE string, firth_ruby_scalar *scalar)
{
    transcoding self = {string, scalar};
    rb_rescue2(transcode, (VALUE)&self, refuse_transcoding, (VALUE)&self, rb_eEncodingError,
               (VALUE)0);
}

static firth_err text(VALUE string, firth_ruby_scalar *scalar)
{
    if (rb_enc_str_coderange(string) == ENC_CODERANGE_BROKEN)
        return refuse(scalar, rb_eEncodingError, "String whose bytes are no valid %s",
                      encoding_name(string));
    scalar->keep = string;
    if (rb_enc_get_index(string) != rb_utf8_encindex()
        && rb_enc_get_index(string) != rb_usascii_encindex())
        transcode_text(string, scalar);
    string = scalar->keep;
    return is(scalar, firth_brine_string(RSTRING_PTR(string), (size_t)RSTRING_LEN(string)));
}

static firth_err string(VALUE value, firth_ruby_scalar *scalar)
{
    if (rb_enc_get_index(value) != rb_ascii8bit_encindex())
        return text(value, scalar);
    scalar->keep = value;
    return is(scalar, firth_brine_bytes(RSTRING_PTR(value), (size_t)RSTRING_LEN(value)));
}

static firth_err refuse_type(VALUE value, firth_ruby_scalar *scalar)
{
    VALUE klass = rb_obj_class(value);
    VALUE parents[] = {rb_cString, rb_cArray, firth_ruby_brine.set, firth_ruby_brine.slice};
    for (size_t i = 0; i < sizeof parents / sizeof *parents; i++)
        if (RTEST(rb_class_inherited_p(klass, parents[i])))
            return refuse(scalar, rb_eTypeError,
                          "%" PRIsVALUE ", a subclass of %" PRIsVALUE ", is no type of brine",
                          rb_class_path(klass), parents[i]);
    return refuse(scalar, rb_eTypeError, "%" PRIsVALUE " is no type of brine",
                  rb_class_path(klass));
}

static firth_err object(VALUE value, firth_ruby_scalar *scalar)
{
    if (value == firth_ruby_brine.not_implemented)
        return is(scalar, firth_brine_not_implemented());
    if (value == firth_ruby_brine.ellipsis)
        return is(scalar, firth_brine_ellipsis());
    return refuse_type(value, scalar);
}

firth_err firth_ruby_brine_scalar(VALUE value, size_t digits, firth_ruby_scalar *scalar)
{
    *scalar = (firth_ruby_scalar){.keep = Qnil, .refusal = Qnil, .reason = Qnil};
    switch (rb_type(value)) {
    case T_NIL:
        return is(scalar, firth_brine_none());
    case T_TRUE:
    case T_FALSE:
        return is(scalar, firth_brine_bool(value == Qtrue));
    case T_FIXNUM:
        return is(scalar, firth_brine_integer(FIX2LONG(value)));
    case T_BIGNUM:
        return big_integer(value, digits, scalar);
    case T_FLOAT:
        return is(scalar, firth_brine_float(RFLOAT_VALUE(value)));
    case T_COMPLEX:
        return complex_number(value, scalar);
    case T_STRING:
        return rb_obj_class(value) == rb_cString ? string(value, scalar)
                                                 : refuse_type(value, scalar);
    default:
        return object(value, scalar);
    }
}
