"""References to objects of the other side, passed back and released."""

import pickle

import rpyc
from rpyc.utils.helpers import buffiter

from recorder.scenarios.base import CLIENT_CONFIG, CLIENT_SERVICE  # noqa: F401

SERVER_CONFIG = {"allow_public_attrs": True, "allow_all_attrs": True, "allow_pickle": True}


class Guarded:
    def __enter__(self):
        return "inside"

    def __exit__(self, *_):
        return False


class SERVICE(rpyc.Service):
    def __init__(self):
        self._kept = [1, 2, 3]

    def exposed_list(self, *values):
        return list(values)

    def exposed_kept(self):
        return self._kept

    def exposed_is_kept(self, candidate):
        return candidate is self._kept

    def exposed_guarded(self):
        return Guarded()

    def exposed_kind(self):
        return Guarded

    def exposed_sizes(self, lists):
        return tuple(len(each) for each in lists)


def talk(conn):
    root = conn.root
    kept, again = root.kept(), root.kept()
    assert root.is_kept(kept)
    del again
    assert not root.is_kept(root.list())
    kept.append(4)
    assert len(kept) == 4 and kept[0] == 1 and kept[-1] == 4
    assert list(kept) == [1, 2, 3, 4]
    assert list(buffiter(root.list(*range(25)), 10)) == list(range(25))
    assert isinstance(kept, list)
    assert root.sizes(([1], [1, 2], root.list(1, 2, 3))) == (1, 2, 3)
    with root.guarded() as value:
        assert value == "inside"
    assert isinstance(root.guarded(), root.kind())
    assert not isinstance(kept, root.kind())
    assert pickle.loads(pickle.dumps(kept)) == [1, 2, 3, 4]
    many = [root.list(number) for number in range(10)]
    del many[::2]
    many.clear()
    del kept
