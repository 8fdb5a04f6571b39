"""firth's classes in the place of rpyc's own, and back."""

import os
import threading

from . import _places, _replacements
from ._versions import the_rpyc, warn_of_unknown

_lock = threading.RLock()
_current = None

# A child of fork starts with the lock free, and with all or nothing in place.
os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release,
                    after_in_child=_lock.release)


def install(limits=None, brine_limits=None):
    """Put firth's classes, and its brine, in the place of rpyc's own, in all modules of rpyc
    that are loaded and those that will be.

    limits: a firth.Limits for the channels that rpyc makes. brine_limits: a
    firth.brine.Limits. None: the safe ones.
    Connections that exist go on with what they have, and so do names that other modules have
    imported from rpyc before. Again: with these limits instead. Any thread.
    ImportError: no rpyc, or one that lacks what is to be replaced; nothing is changed then.
    RuntimeWarning: a version that firth does not know.
    """
    global _current
    with _lock:
        package = the_rpyc()
        warn_of_unknown(package, 2)
        stock = _replacements.stock_of(package, _current)
        ours = _replacements.ours(stock, limits, brine_limits)
        if _current is None:
            _current = _places.Placed()
        _current.place(stock, ours)


def uninstall():
    """Give back what was there before install, also in modules that were loaded since.
    Connections and objects that exist go on with what they have. Nothing was installed:
    nothing happens. Any thread."""
    global _current
    with _lock:
        if _current is not None:
            _current.give_back()
            _current = None


def installed():
    """Whether firth's classes are in the place of rpyc's own."""
    with _lock:
        return _current is not None and _current.stands()
