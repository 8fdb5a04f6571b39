"""The other processes that the cases of one testee need."""


class Company:
    """Started when first wanted, kept for later cases. `door` is the library of
    tests/support/fixed_private_key.c, or None."""

    def __init__(self, testees, door=None):
        self._testees = testees
        self._door = str(door) if door else None
        self._processes = {}

    def process(self, name, environment):
        """One more process of the testee of that name, with this in its environment."""
        key = (name, *sorted(environment.items()))
        if key not in self._processes:
            self._processes[key] = self._testees[name].another(self._complete(environment))
        return self._processes[key]

    def _complete(self, environment):
        if environment and self._door:
            return {"LD_PRELOAD": self._door, **environment}
        return environment

    def stop(self):
        for process in self._processes.values():
            process.stop()
