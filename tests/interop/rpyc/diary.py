"""What happens in the process of the servers, for a test to wait for."""

import queue
from collections import defaultdict

WAIT_TIMEOUT = 60

_pages = defaultdict(queue.SimpleQueue)


def note(page, entry):
    _pages[page].put(entry)


def next_entry(page):
    """Waits for it; an error if none comes."""
    try:
        return _pages[page].get(timeout=WAIT_TIMEOUT)
    except queue.Empty:
        raise TimeoutError(f"nothing is noted on {page!r} for {WAIT_TIMEOUT} s") from None


def is_blank(page):
    """Whether nothing is noted that was not asked for."""
    return _pages[page].empty()
