#include <firth/brine.h>

firth_brine_value firth_brine_none(void)
{
    return (firth_brine_value){.kind = FIRTH_BRINE_NONE};
}

firth_brine_value firth_brine_not_implemented(void)
{
    return (firth_brine_value){.kind = FIRTH_BRINE_NOT_IMPLEMENTED};
}

firth_brine_value firth_brine_ellipsis(void)
{
    return (firth_brine_value){.kind = FIRTH_BRINE_ELLIPSIS};
}

firth_brine_value firth_brine_bool(bool truth)
{
    return (firth_brine_value){.kind = FIRTH_BRINE_BOOL, .truth = truth};
}

firth_brine_value firth_brine_integer(int64_t integer)
{
    return (firth_brine_value){.kind = FIRTH_BRINE_INTEGER, .integer = integer};
}

firth_brine_value firth_brine_big_integer(const char *digits, size_t length)
{
    return (firth_brine_value){.kind = FIRTH_BRINE_BIG_INTEGER, .length = length, .data = digits};
}

firth_brine_value firth_brine_float(double real)
{
    return (firth_brine_value){.kind = FIRTH_BRINE_FLOAT, .real = real};
}

firth_brine_value firth_brine_complex(double real, double imaginary)
{
    return (firth_brine_value){.kind = FIRTH_BRINE_COMPLEX, .real = real, .imaginary = imaginary};
}

firth_brine_value firth_brine_bytes(const void *data, size_t length)
{
    return (firth_brine_value){.kind = FIRTH_BRINE_BYTES, .length = length, .data = data};
}

firth_brine_value firth_brine_string(const char *text, size_t length)
{
    return (firth_brine_value){.kind = FIRTH_BRINE_STRING, .length = length, .data = text};
}

firth_brine_value firth_brine_tuple(size_t length)
{
    return (firth_brine_value){.kind = FIRTH_BRINE_TUPLE, .length = length};
}

firth_brine_value firth_brine_frozenset(size_t length)
{
    return (firth_brine_value){.kind = FIRTH_BRINE_FROZENSET, .length = length};
}

firth_brine_value firth_brine_slice(void)
{
    return (firth_brine_value){.kind = FIRTH_BRINE_SLICE, .length = 3};
}
