#include "each_allocation.h"

#include "check.h"
#include "child.h"
#include "faults.h"
#include "processes.h"
#include "worker.h"

static firth_err in_turn(void *argument)
{
    return (*(scenario *)argument)();
}

firth_err run_in_thread(scenario what)
{
    worker thread;
    start_worker(&thread, in_turn, &what);
    return join_worker(&thread);
}

static void check_nothing_remains(int descriptors, long allocations, bool has_child)
{
    if (has_child) {
        assert_true(soon_nothing_remains(descriptors));
        return;
    }
    assert_int_equal(live_allocations(), allocations);
    assert_int_equal(count_descriptors(), descriptors);
}

void fail_each_allocation(scenario what, bool has_child)
{
    int descriptors = count_descriptors();
    bool happened = true;
    faults_off();
    assert_int_equal(run_in_thread(what), FIRTH_OK);
    for (unsigned nth = 1; happened; nth++) {
        long allocations = live_allocations();
        fail_allocation(nth);
        firth_err err = run_in_thread(what);
        happened = fault_happened();
        faults_off();
        assert_int_equal(err, happened ? FIRTH_E_NO_MEMORY : FIRTH_OK);
        assert_true(happened || nth > 1);
        check_nothing_remains(descriptors, allocations, has_child);
        assert_in_range(nth, 1, 400);
    }
}
