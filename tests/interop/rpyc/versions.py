"""The version of rpyc that this run is with. What a version lacks has no test in its run."""

import rpyc

VERSION = tuple(map(int, rpyc.version.version))
EXPOSED_DECORATOR = VERSION >= (5,)
BEFORE_CLOSED = VERSION >= (5,)
REGISTRY_LISTS = VERSION >= (5,)
BIND_THREADS = VERSION >= (5, 3)
# Before, the fields of Python 3.11's code objects are not known.
TELEPORTS = VERSION >= (5, 3)
