/* The interpreter's lock around blocking calls, and within what they call back.
 *
 * What is called back may switch to another greenlet of the thread, which makes calls of its
 * own: they end in any order, and each has the thread's stack for itself. So nothing of a
 * thread's own points to what a call has on the stack, and the thread has a hook only while
 * no Python is running in it. */
#include "firth_python.h"

bool firth_python_signal_raised(void *context)
{
    (void)context;
    PyGILState_STATE state;
    if (!firth_python_enter(&state))
        return false;
    bool raised = PyErr_CheckSignals() < 0;
    firth_python_leave(state);
    return raised;
}

void firth_python_release(firth_python_pause *pause)
{
    firth_set_interrupt_hook(firth_python_signal_raised, NULL);
    pause->state = PyEval_SaveThread();
}

void firth_python_retake(firth_python_pause *pause)
{
    PyEval_RestoreThread(pause->state);
    firth_set_interrupt_hook(NULL, NULL);
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
    firth_set_interrupt_hook(NULL, NULL);
    return true;
}

void firth_python_leave(PyGILState_STATE state)
{
    PyGILState_Release(state);
    if (state == PyGILState_UNLOCKED && PyGILState_GetThisThreadState() != NULL)
        firth_set_interrupt_hook(firth_python_signal_raised, NULL);
}
