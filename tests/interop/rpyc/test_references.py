"""References to remote objects: identity, life, and what can be done with them."""

import pytest
import rpyc


class Coin:
    """Compares, hashes and shows itself by its value."""

    exposed_currency = "crown"

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return self.value == value_of(other)

    def __lt__(self, other):
        return self.value < value_of(other)

    def __le__(self, other):
        return self.value <= value_of(other)

    def __gt__(self, other):
        return self.value > value_of(other)

    def __ge__(self, other):
        return self.value >= value_of(other)

    def __hash__(self):
        return 1000 + self.value

    def __repr__(self):
        return f"Coin({self.value})"

    def __str__(self):
        return f"a coin of {self.value}"

    def __bool__(self):
        return self.value != 0

    def __int__(self):
        return self.value

    def __index__(self):
        return self.value

    def __float__(self):
        return self.value / 2

    def __neg__(self):
        return -self.value

    def __add__(self, other):
        return self.value + other

    def __radd__(self, other):
        return other - self.value

    def __matmul__(self, other):
        return "never: no safe attribute"

    def exposed_value(self):
        return self.value


def value_of(thing):
    return thing if isinstance(thing, int) else thing.exposed_value()


class Unhashable:
    __hash__ = None


class Shelf:
    """A container."""

    def __init__(self, *things):
        self.things = list(things)

    def __len__(self):
        return len(self.things)

    def __getitem__(self, place):
        return self.things[place]

    def __setitem__(self, place, thing):
        self.things[place] = thing

    def __delitem__(self, place):
        del self.things[place]

    def __contains__(self, thing):
        return thing in self.things

    def __iter__(self):
        return iter(self.things)


class ReferringService(rpyc.Service):
    exposed_Coin = Coin

    def on_connect(self, conn):
        self._things = {}

    def exposed_coin(self, value):
        return Coin(value)

    def exposed_unhashable(self):
        return Unhashable()

    def exposed_shelf(self, *things):
        return Shelf(*things)

    def exposed_put(self, name, thing):
        self._things[name] = thing

    def exposed_get(self, name):
        return self._things[name]

    def exposed_is_one(self, first, second):
        return first is second

    def exposed_type_name(self, thing):
        return type(thing).__name__

    def exposed_is_reference(self, thing):
        return isinstance(thing, rpyc.BaseNetref)

    def exposed_echo(self, thing):
        return thing

    def exposed_set_text(self, thing, text):
        thing.text = text
        return thing

    def exposed_is_instance(self, thing, kind):
        return isinstance(thing, kind)


@pytest.fixture
def root(connect):
    return connect(ReferringService).root


def test_an_object_of_the_server_is_a_reference(root):
    assert isinstance(root.coin(1), rpyc.BaseNetref)


def test_a_reference_that_goes_back_is_the_object_itself(root):
    assert not root.is_reference(root.coin(1))


def test_an_object_of_the_client_is_a_reference_at_the_server(root):
    assert root.is_reference(Coin(1))


def test_an_object_of_the_client_comes_back_as_itself(root):
    coin = Coin(1)
    assert root.echo(coin) is coin


def test_the_same_object_is_the_same_reference(root):
    root.put("coin", root.coin(1))
    assert root.get("coin") is root.get("coin")


def test_different_objects_are_different_references(root):
    assert root.coin(1) is not root.coin(1)


def test_one_object_in_two_arguments_is_one_object(root):
    coin = root.coin(1)
    assert root.is_one(coin, coin)


def test_one_object_of_the_client_in_two_arguments_is_one_reference(root):
    coin = Coin(1)
    assert root.is_one(coin, coin)


def test_references_in_a_tuple_stay_references(root):
    coin, (other, number) = root.echo((root.coin(1), (root.coin(2), 3)))
    assert (coin.value(), other.value(), number) == (1, 2, 3)


def test_values_are_no_references(root):
    assert type(root.coin(1).value()) is int


def test_a_subclass_of_a_value_is_a_reference(root):
    class Number(int):
        pass
    assert root.is_reference(Number(1))


def test_a_list_is_a_reference(root):
    things = [1, 2]
    assert root.echo(things) is things


def test_a_class_is_a_reference_that_makes_objects(root):
    assert root.Coin(5).value() == 5


def test_an_object_is_an_instance_of_its_class(root):
    assert isinstance(root.Coin(5), root.Coin)


def test_an_object_of_the_client_is_an_instance_of_a_builtin_class_at_the_server(root):
    assert root.is_instance([1], list)


def test_the_class_of_a_builtin_object_is_the_builtin_class(classic):
    assert isinstance(classic.builtins.list((1, 2)), list)


def test_an_exception_object_is_an_instance_of_the_builtin_class(classic):
    assert isinstance(classic.builtins.ValueError(), Exception)


def test_the_class_of_an_object_whose_module_is_known_here_is_that_class(root):
    assert isinstance(root.coin(1), Coin)


def test_the_type_of_a_reference_is_no_class_of_the_server(root):
    assert issubclass(type(root.coin(1)), rpyc.BaseNetref)


def test_repr_is_the_servers(root):
    assert repr(root.coin(7)) == "Coin(7)"


def test_str_is_the_servers(root):
    assert str(root.coin(7)) == "a coin of 7"


def test_hash_is_the_servers(root):
    assert hash(root.coin(7)) == 1007


def test_an_object_without_hash_has_none_here_either(root):
    with pytest.raises(TypeError, match="unhashable"):
        hash(root.unhashable())


def test_references_are_keys_of_a_dict(root):
    coins = {root.coin(1): "one", root.coin(2): "two"}
    assert coins[root.coin(2)] == "two"


def test_dir_is_the_servers(root):
    assert {"exposed_value", "exposed_currency", "value", "__add__"} <= set(dir(root.coin(7)))


def test_the_doc_is_the_servers(root):
    assert root.coin(7).__doc__ == "Compares, hashes and shows itself by its value."


@pytest.mark.parametrize("value", [6, 7, 8])
def test_references_compare_as_the_server_says(root, value):
    here, there = root.coin(7), root.coin(value)
    assert (here == there, here != there, here < there, here <= there, here > there,
            here >= there) == (7 == value, 7 != value, 7 < value, 7 <= value, 7 > value,
                               7 >= value)


def test_references_compare_with_values(root):
    assert root.coin(7) == 7 and root.coin(7) < 8


def test_references_are_sorted(root):
    coins = sorted(root.coin(value) for value in (3, 1, 2))
    assert [coin.value() for coin in coins] == [1, 2, 3]


@pytest.mark.parametrize("value", [0, 1])
def test_truth_is_the_servers(root, value):
    assert bool(root.coin(value)) is bool(value)


def test_conversions_are_the_servers(root):
    assert (int(root.coin(7)), float(root.coin(7))) == (7, 3.5)


def test_a_reference_is_an_index(root):
    assert "abc"[root.coin(2)] == "c"


def test_operators_are_the_servers(root):
    assert (-root.coin(7), root.coin(7) + 1, 10 + root.coin(7)) == (-7, 8, 3)


def test_an_operator_that_is_no_safe_attribute_is_refused(root):
    with pytest.raises(AttributeError, match="__matmul__"):
        root.coin(7) @ 1


def test_a_container_has_its_length(root):
    assert len(root.shelf(*range(17))) == 17


def test_an_empty_container_is_false(root):
    assert not root.shelf()


def test_a_container_gives_its_things(root):
    assert root.shelf("a", "b", "c")[-1] == "c"


def test_a_container_gives_a_slice(root):
    assert list(root.shelf(*range(10))[2:8:3]) == [2, 5]


def test_a_container_without_the_thing_says_so(root):
    with pytest.raises(IndexError, match="out of range"):
        root.shelf()[0]


def test_a_container_takes_things(root):
    shelf = root.shelf("a", "b")
    shelf[1] = "z"
    assert list(shelf) == ["a", "z"]


def test_a_container_forgets_things(root):
    shelf = root.shelf("a", "b", "c")
    del shelf[1]
    assert list(shelf) == ["a", "c"]


def test_a_container_is_asked_for_things(root):
    shelf = root.shelf("a", "b")
    assert "a" in shelf and "z" not in shelf


def test_a_container_is_iterated(root):
    assert [thing for thing in root.shelf(*range(30))] == list(range(30))


def test_a_container_is_unpacked(root):
    first, *rest = root.shelf(1, 2, 3)
    assert (first, rest) == (1, [2, 3])


def test_a_container_of_references_gives_references(root):
    assert [coin.value() for coin in root.shelf(root.coin(1), root.coin(2))] == [1, 2]


def test_a_reference_is_bound_to_its_connection(serve, connect_to):
    address = serve(ReferringService, instance=True).address
    first, second = connect_to(address).root, connect_to(address).root
    coin = first.coin(4)
    assert second.is_reference(coin)


def test_a_reference_of_one_connection_works_through_another(serve, connect_to):
    address = serve(ReferringService).address
    first, second = connect_to(address), connect_to(address)
    coin = first.root.coin(4)
    assert second.root.echo(coin) is coin


def test_two_servers_are_chained(serve, connect_to):
    behind = serve(ReferringService).address
    relay = connect_to(serve(RelayService).address).root
    coin = relay.coin_of(*behind, 12)
    assert (coin.value(), str(coin), coin == 12) == (12, "a coin of 12", True)


def test_an_object_of_the_client_goes_through_two_servers_and_comes_back(serve, connect_to):
    behind = serve(ReferringService).address
    relay = connect_to(serve(RelayService).address).root
    coin = Coin(12)
    assert relay.echo_of(*behind, coin) is coin


class RelayService(rpyc.Service):
    """A client of another server."""

    def on_connect(self, conn):
        self._connections = []

    def on_disconnect(self, conn):
        for connection in self._connections:
            connection.close()

    def _root_at(self, host, port, **config):
        self._connections.append(rpyc.connect(host, port, config=config))
        return self._connections[-1].root

    def exposed_coin_of(self, host, port, value):
        return self._root_at(host, port).coin(value)

    def exposed_set_at(self, host, port, thing, text):
        return self._root_at(host, port, allow_setattr=True).set_text(thing, text)

    def exposed_echo_of(self, host, port, thing):
        return self._root_at(host, port).echo(thing)


def test_an_attribute_is_set_through_two_servers(serve, connect_to):
    class Label:
        exposed_text = "plain"
    behind = serve(ReferringService, config={"allow_setattr": True}).address
    relay = connect_to(serve(RelayService, config={"allow_setattr": True}).address,
                       config={"allow_setattr": True}).root
    label = Label()
    assert relay.set_at(*behind, label, "written") is label
    assert label.exposed_text == "written"
