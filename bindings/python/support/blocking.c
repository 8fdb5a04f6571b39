/* The interpreter's lock around blocking calls, and within what they call back. */
#include "firth_python.h"

/* Of this thread; what a call calls back may call firth in turn. */
static _Thread_local firth_python_pause *innermost;

/* Runs Python's signal handlers; what they raise ends the call. */
static bool signal_raised(void *context)
{
    firth_python_pause *pause = context;
    PyEval_RestoreThread(pause->state);
    bool raised = PyErr_CheckSignals() < 0;
    pause->state = PyEval_SaveThread();
    return raised;
}

void firth_python_release(firth_python_pause *pause)
{
    pause->around = innermost;
    innermost = pause;
    firth_set_interrupt_hook(signal_raised, pause);
    pause->state = PyEval_SaveThread();
}

void firth_python_retake(firth_python_pause *pause)
{
    PyEval_RestoreThread(pause->state);
    innermost = pause->around;
    firth_set_interrupt_hook(innermost != NULL ? signal_raised : NULL, innermost);
}

bool firth_python_enter(PyGILState_STATE *state)
{
#if PY_VERSION_HEX >= 0x030D0000
    bool ending = Py_IsFinalizing();
#else
    bool ending = _Py_IsFinalizing();
#endif
    if (!Py_IsInitialized() || (ending && !PyGILState_Check()))
        return false;
    *state = PyGILState_Ensure();
    return true;
}
