"""How long objects live that the other side refers to, and what a remote context sees."""

import gc

import pytest
import rpyc

import diary


class Coin:
    def __init__(self, value):
        self.value = value


class Mortal:
    def __init__(self, page):
        self.page = page

    def __del__(self):
        diary.note(self.page, "died")


class Door:
    """A context manager that notes what it sees."""

    def __init__(self, page, swallows=False):
        self.page = page
        self.swallows = swallows

    def __enter__(self):
        diary.note(self.page, "entered")
        return "inside"

    def __exit__(self, kind, error, traceback):
        diary.note(self.page, "left well" if error is None else "left with an error")
        return self.swallows


class LivingService(rpyc.Service):
    def on_connect(self, conn):
        self._conn = conn
        self._things = {}

    def exposed_coin(self, value):
        return Coin(value)

    def exposed_mortal(self, page):
        return Mortal(page)

    def exposed_door(self, page, swallows=False):
        return Door(page, swallows)

    def exposed_put(self, name, thing):
        self._things[name] = thing

    def exposed_get(self, name):
        return self._things[name]

    def exposed_drop(self, name):
        del self._things[name]

    def exposed_echo(self, thing):
        return thing

    def exposed_referred(self):
        """How many objects of this side the other one refers to."""
        return len(self._conn._local_objects._dict)


@pytest.fixture
def root(connect):
    return connect(LivingService).root


def test_an_object_lives_as_long_as_its_reference(root, diary):
    mortal = root.mortal(diary.page)
    root.coin(1)
    assert diary.is_blank()
    del mortal


def test_an_object_dies_with_its_reference(root, diary):
    mortal = root.mortal(diary.page)
    del mortal
    gc.collect()
    assert diary.next_entry() == "died"


def test_an_object_lives_while_one_of_two_references_does(root, diary):
    mortal = root.mortal(diary.page)
    other = mortal
    del mortal
    root.coin(1)
    assert diary.is_blank()
    del other
    gc.collect()
    assert diary.next_entry() == "died"


def test_an_object_that_was_sent_back_and_forth_dies_with_its_reference(root, diary):
    mortal = root.mortal(diary.page)
    for _ in range(5):
        mortal = root.echo(mortal)
    del mortal
    gc.collect()
    assert diary.next_entry() == "died"


def test_an_object_dies_with_the_connection(connect, diary):
    connection = connect(LivingService)
    mortal = connection.root.mortal(diary.page)
    connection.close()
    assert diary.next_entry() == "died"
    del mortal


def test_the_count_of_references_goes_back(root):
    before = root.referred()
    coins = [root.coin(value) for value in range(100)]
    during = root.referred()
    del coins
    gc.collect()
    assert (during - before, root.referred()) == (100, before)


def test_the_client_keeps_its_object_for_the_server(connect):
    connection = connect(LivingService)
    connection.root.put("coin", Coin(3))
    gc.collect()
    assert connection.root.get("coin").value == 3


def test_the_clients_object_is_let_go_when_the_server_drops_it(connect):
    connection = connect(LivingService)
    coins = [Coin(value) for value in range(50)]
    before = len(connection._local_objects._dict)
    for coin in coins:
        connection.root.put(coin.value, coin)
    during = len(connection._local_objects._dict)
    for coin in coins:
        connection.root.drop(coin.value)
    connection.ping(timeout=60)
    assert (during - before, len(connection._local_objects._dict)) == (50, before)


def test_a_context_manager_of_the_server_is_entered(root, diary):
    with root.door(diary.page) as inside:
        assert (inside, diary.next_entry()) == ("inside", "entered")


def test_a_context_manager_of_the_server_is_left(root, diary):
    with root.door(diary.page):
        pass
    assert [diary.next_entry(), diary.next_entry()] == ["entered", "left well"]


def test_a_context_manager_of_the_server_sees_the_exception(root, diary):
    with pytest.raises(ValueError, match="inside the block"):
        with root.door(diary.page):
            raise ValueError("inside the block")
    assert [diary.next_entry(), diary.next_entry()] == ["entered", "left with an error"]


def test_a_context_manager_of_the_server_may_swallow_the_exception(root, diary):
    with root.door(diary.page, swallows=True):
        raise ValueError("swallowed")
    assert [diary.next_entry(), diary.next_entry()] == ["entered", "left with an error"]
