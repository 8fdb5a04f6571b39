/* The language's values as brine: functions that are more than a wrapper. */
%{
#include "brine.h"
%}
%init %{
    if (firth_python_add_brine(m) < 0)
        return NULL;
%}
