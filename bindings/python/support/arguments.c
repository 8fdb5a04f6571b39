/* Arguments by place and by keyword. Calls without keywords are the frequent ones. */
#include "firth_python.h"

#include <ctype.h>
#include <stdarg.h>

enum { LONGEST_NAME = 32 };

/* The format ends in ":name", of a method ":Class_name". */
static const char *function_name(const char *format)
{
    const char *name = strchr(format, ':') + 1;
    return isupper((unsigned char)*name) ? strchr(name, '_') + 1 : name;
}

static void lower(char *keyword, const char *name)
{
    size_t at = 0;
    for (; name[at] != '\0' && at < LONGEST_NAME - 1; at++)
        keyword[at] = (char)tolower((unsigned char)name[at]);
    keyword[at] = '\0';
}

static int complain_of_keywords(PyObject *kwargs, const char *format, char **names)
{
    PyObject *key = NULL, *value = NULL;
    Py_ssize_t at = 0;
    while (PyDict_Next(kwargs, &at, &key, &value)) {
        bool known = false;
        for (char **name = names; *name != NULL && !known; name++) {
            char keyword[LONGEST_NAME];
            lower(keyword, *name);
            known = PyUnicode_CompareWithASCIIString(key, keyword) == 0;
        }
        if (!known) {
            PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%S'",
                         function_name(format), key);
            return 0;
        }
    }
    PyErr_Format(PyExc_TypeError, "%s() got multiple values for an argument",
                 function_name(format));
    return 0;
}

static PyObject *by_keyword(PyObject *kwargs, const char *name)
{
    char keyword[LONGEST_NAME];
    if (kwargs == NULL)
        return NULL;
    lower(keyword, name);
    return PyDict_GetItemString(kwargs, keyword);
}

static int place_all(PyObject *args, PyObject *kwargs, const char *format, char **names,
                     va_list places)
{
    Py_ssize_t given = PyTuple_GET_SIZE(args), index = 0, from_keywords = 0;
    bool required = true;
    for (const char *at = format; *at != '\0' && *at != ':'; at++) {
        if (*at == '|') {
            required = false;
            continue;
        }
        PyObject **place = va_arg(places, PyObject **);
        bool by_place = index < given;
        PyObject *value =
            by_place ? PyTuple_GET_ITEM(args, index) : by_keyword(kwargs, names[index]);
        if (value != NULL) {
            *place = value;
            from_keywords += !by_place;
        } else if (required) {
            char keyword[LONGEST_NAME];
            lower(keyword, names[index]);
            PyErr_Format(PyExc_TypeError, "%s() missing required argument '%s'",
                         function_name(format), keyword);
            return 0;
        }
        index++;
    }
    if (given > index) {
        PyErr_Format(PyExc_TypeError, "%s() takes at most %zd arguments (%zd given)",
                     function_name(format), index, given);
        return 0;
    }
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) != from_keywords)
        return complain_of_keywords(kwargs, format, names);
    return 1;
}

int firth_python_arguments(PyObject *args, PyObject *kwargs, const char *format, char **names, ...)
{
    va_list places;
    va_start(places, names);
    int placed = place_all(args, kwargs, format, names, places);
    va_end(places);
    return placed;
}
