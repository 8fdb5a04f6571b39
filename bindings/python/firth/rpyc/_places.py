"""Objects in the place of others, in all modules of rpyc."""

import contextlib
import importlib
import sys

import firth

from ._replacements import ADDED, PLACES


def _loaded():
    return [(name, module) for name, module in list(sys.modules.items())
            if module is not None and (name == "rpyc" or name.startswith("rpyc."))]


def _half_way(module):
    """Whether its import is under way: what it is going to name is not all there."""
    return getattr(getattr(module, "__spec__", None), "_initializing", False)


def _wait_for_imports():
    """Until the modules that other threads are importing are complete."""
    for name, module in _loaded():
        if _half_way(module):
            # Its importer is told what fails.
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def _sources():
    """The modules that others import from, those first that define."""
    defining = dict.fromkeys(module for module, _ in PLACES)
    return [sys.modules[name] for name in (*defining, "rpyc.core", "rpyc")
            if name in sys.modules]


class Placed:
    """What stands where, and what it stands for. One thread at a time."""

    def __init__(self):
        self._now = {}
        self._stands_for = {}
        self._before = {}
        self._added = {}
        self._not_ours = None

    def stock_for(self, thing):
        """rpyc's own, if one of firth's was given."""
        return self._stands_for.get(id(thing), (thing, None, thing))[2]

    def place(self, stock, ours):
        """Puts `ours` where `stock`, or what was placed for it before, stands. What is imported
        from now on finds ours in the modules that define, so that only what is loaded or on its way
        must be looked through."""
        self._now = ours
        if self._not_ours is None:
            self._not_ours = self._standing(ours)
        for key, thing in ours.items():
            self._stands_for[id(thing)] = thing, key, stock[key]
        swap = {id(stock[key]): thing for key, thing in ours.items()}
        swap |= {id(old): ours[key] for old, key, _ in self._stands_for.values() if key in ours}
        self._everywhere(lambda module: self._swap(module, swap))
        self._add(sys.modules["rpyc.core"])

    def _standing(self, ours):
        """The places of ours that somebody else has chosen."""
        known = set(map(id, ours.values()))
        return {(id(module), name) for _, module in _loaded()
                for name, thing in list(vars(module).items()) if id(thing) in known}

    def _everywhere(self, act):
        for module in _sources():
            act(module)
        _wait_for_imports()
        for _, module in _loaded():
            act(module)

    def _swap(self, module, swap):
        for name, thing in list(vars(module).items()):
            new = swap.get(id(thing), thing)
            place = id(module), name
            if new is not thing and place not in self._not_ours:
                if id(thing) not in self._stands_for or place not in self._before:
                    self._before[place] = module, self.stock_for(thing)
                setattr(module, name, new)

    def _add(self, core):
        for name in ADDED:
            if not hasattr(core, name):
                self._added[name] = core, getattr(firth, name)
                setattr(core, name, getattr(firth, name))

    def give_back(self):
        """rpyc's own, wherever ours still stand."""
        self._everywhere(self._restore)
        for module, _ in list(self._before.values()):
            self._restore(module)
        for name, (core, thing) in self._added.items():
            if vars(core).get(name) is thing:
                delattr(core, name)

    def _restore(self, module):
        for name, thing in list(vars(module).items()):
            place = id(module), name
            if id(thing) in self._stands_for and place not in self._not_ours:
                _, before = self._before.get(place, (module, self.stock_for(thing)))
                setattr(module, name, before)

    def stands(self):
        """Whether all of it is in the modules that define."""
        return all(getattr(sys.modules.get(module), name, None) is thing
                   for (module, name), thing in self._now.items())
