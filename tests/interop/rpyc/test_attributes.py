"""Attributes of remote objects: which are read, set and deleted, and which are refused."""

import pytest
import rpyc


class Chest:
    """One attribute of each kind."""

    exposed_shared = "shared"

    def __init__(self):
        self.exposed_open = "open"
        self.exposed_both = "exposed"
        self.both = "plain"
        self.public = "public"
        self._private = "private"
        self._reads = 0

    @property
    def reads(self):
        self._reads += 1
        return self._reads

    @property
    def exposed_broken(self):
        raise ZeroDivisionError("while it was read")

    @property
    def exposed_volume(self):
        return self.__dict__.get("_volume", 0)

    @exposed_volume.setter
    def exposed_volume(self, value):
        if value < 0:
            raise ValueError("no volume is negative")
        self._volume = value

    def exposed_attributes(self):
        return tuple(sorted(self.__dict__))

    def public_method(self):
        return "a public method"

    def __add__(self, other):
        return f"chest and {other}"


class Guarded:
    """Says itself what may be done with it."""

    def __init__(self):
        self.things = {"lamp": "brass"}

    def _rpyc_getattr(self, name):
        if name == "contents":
            return lambda: tuple(sorted(self.things.items()))
        return self.things[name]

    def _rpyc_setattr(self, name, value):
        if value == "lead":
            raise AttributeError("no lead in here")
        self.things[name] = value

    def _rpyc_delattr(self, name):
        del self.things[name]


class ChestService(rpyc.Service):
    exposed_secret = "of the service"

    def exposed_chest(self):
        return Chest()

    def exposed_guarded(self):
        return Guarded()

    def exposed_restricted(self):
        return rpyc.restricted(Chest(), {"public", "public_method", "_private", "both"}, {"both"})

    def exposed_frozen(self):
        return rpyc.restricted(Chest(), {"public"}, ())


@pytest.fixture
def chest(connect):
    """chest(key=value, ...): a chest of a server with that configuration."""
    def get(**config):
        return connect(ChestService, config=config).root.chest()
    return get


@pytest.fixture
def root(connect):
    return connect(ChestService).root


def test_an_exposed_attribute_is_read(chest):
    assert chest().open == "open"


def test_an_exposed_attribute_of_the_class_is_read(chest):
    assert chest().shared == "shared"


def test_a_public_attribute_is_refused(chest):
    with pytest.raises(AttributeError, match="cannot access 'public'"):
        chest().public


def test_a_public_method_is_refused(chest):
    with pytest.raises(AttributeError, match="cannot access 'public_method'"):
        chest().public_method()


def test_a_private_attribute_is_refused(chest):
    with pytest.raises(AttributeError, match="cannot access '_private'"):
        chest()._private


def test_an_attribute_that_does_not_exist_is_an_attribute_error(chest):
    assert not hasattr(chest(), "nowhere")


def test_getattr_gives_its_default_for_what_is_refused(chest):
    assert getattr(chest(), "_private", "default") == "default"


def test_a_property_is_read_anew_each_time(chest):
    here = chest(allow_public_attrs=True)
    assert [here.reads, here.reads, here.reads] == [1, 2, 3]


def test_what_a_property_raises_comes_out(chest):
    with pytest.raises(ZeroDivisionError, match="while it was read"):
        chest().broken


def test_public_attributes_are_read_where_that_is_allowed(chest):
    here = chest(allow_public_attrs=True)
    assert (here.public, here.public_method()) == ("public", "a public method")


def test_private_attributes_are_refused_where_only_public_ones_are_allowed(chest):
    with pytest.raises(AttributeError):
        chest(allow_public_attrs=True)._private


def test_private_attributes_are_read_where_all_are_allowed(chest):
    assert chest(allow_all_attrs=True)._private == "private"


def test_of_two_attributes_the_exposed_one_is_read(chest):
    assert chest().both == "exposed"


def test_of_two_attributes_the_plain_one_is_read_where_it_is_public(chest):
    assert chest(allow_public_attrs=True).both == "plain"


def test_operators_are_safe_attributes(chest):
    assert chest() + "key" == "chest and key"


def test_operators_are_refused_where_safe_attributes_are_not_allowed(chest):
    with pytest.raises(AttributeError, match="__add__"):
        chest(allow_safe_attrs=False) + "key"


def test_the_safe_attributes_are_the_configured_ones(chest):
    assert chest(safe_attrs=["public"]).public == "public"


def test_an_operator_that_is_not_configured_as_safe_is_refused(chest):
    with pytest.raises(AttributeError, match="__add__"):
        chest(safe_attrs=["public"]) + "key"


def test_nothing_is_called_where_exposed_attributes_are_not_allowed(chest):
    with pytest.raises(AttributeError):
        chest(allow_exposed_attrs=False)


def test_nothing_is_read_where_reading_is_not_allowed(connect):
    with pytest.raises(AttributeError):
        connect(ChestService, config={"allow_getattr": False}).root.chest().open


def test_the_prefix_is_the_configured_one(connect):
    root = connect(ChestService, config={"exposed_prefix": "exposed_se"}).root
    assert root.cret == "of the service"


def test_the_wrong_prefix_is_refused(connect):
    with pytest.raises(AttributeError):
        connect(ChestService, config={"exposed_prefix": "shown_"}).root.chest()


def test_an_attribute_is_not_set(chest):
    here = chest()
    with pytest.raises(AttributeError, match="cannot access 'open'"):
        here.open = "forced"
    assert here.open == "open"


def test_an_attribute_is_set_where_that_is_allowed(chest):
    here = chest(allow_setattr=True)
    here.open = "shut"
    assert here.open == "shut"


def test_a_property_is_set_where_that_is_allowed(chest):
    here = chest(allow_setattr=True)
    here.volume = 3
    assert here.volume == 3


def test_what_a_setter_raises_comes_out(chest):
    with pytest.raises(ValueError, match="no volume is negative"):
        chest(allow_setattr=True).volume = -1


def test_a_public_attribute_is_not_set_where_only_exposed_ones_may_be(chest):
    with pytest.raises(AttributeError):
        chest(allow_setattr=True).public = "forced"


def test_a_public_attribute_is_set_where_both_are_allowed(chest):
    here = chest(allow_setattr=True, allow_public_attrs=True)
    here.public = "changed"
    assert here.public == "changed"


def test_a_new_attribute_is_set_where_all_are_allowed(chest):
    here = chest(allow_setattr=True, allow_all_attrs=True)
    here.brand_new = 17
    assert "brand_new" in here.attributes()


def test_an_attribute_is_not_deleted(chest):
    here = chest()
    with pytest.raises(AttributeError, match="cannot access 'open'"):
        del here.open
    assert "exposed_open" in here.attributes()


def test_an_attribute_is_deleted_where_that_is_allowed(chest):
    here = chest(allow_delattr=True)
    del here.open
    assert "exposed_open" not in here.attributes()


def test_the_attributes_of_a_service_are_not_set_whatever_is_allowed(connect):
    root = connect(ChestService, config={"allow_setattr": True, "allow_all_attrs": True}).root
    with pytest.raises(AttributeError, match="access denied"):
        root.secret = "told"


def test_the_attributes_of_a_service_are_not_deleted_whatever_is_allowed(connect):
    root = connect(ChestService, config={"allow_delattr": True, "allow_all_attrs": True}).root
    with pytest.raises(AttributeError, match="access denied"):
        del root.secret


def test_an_object_decides_itself_what_is_read(root):
    assert root.guarded().lamp == "brass"


def test_what_an_object_raises_while_it_decides_comes_out(root):
    with pytest.raises(KeyError, match="sword"):
        root.guarded().sword


def test_an_object_decides_itself_what_is_set(root):
    here = root.guarded()
    here.key = "iron"
    assert here.contents() == (("key", "iron"), ("lamp", "brass"))


def test_an_object_refuses_what_is_set(root):
    with pytest.raises(AttributeError, match="no lead in here"):
        root.guarded().key = "lead"


def test_an_object_decides_itself_what_is_deleted(root):
    here = root.guarded()
    del here.lamp
    assert here.contents() == ()


def test_a_restricted_object_gives_what_it_is_restricted_to(root):
    here = root.restricted()
    assert (here.public, here.public_method(), here._private) == (
        "public", "a public method", "private")


def test_a_restricted_object_refuses_the_rest(root):
    with pytest.raises(AttributeError, match="exposed_open"):
        root.restricted().exposed_open


def test_a_restricted_object_is_set_where_it_may_be(root):
    here = root.restricted()
    here.both = "changed"
    assert here.both == "changed"


def test_a_restricted_object_is_not_set_elsewhere(root):
    with pytest.raises(AttributeError, match="public"):
        root.restricted().public = "changed"


def test_a_restricted_object_may_be_read_only(root):
    here = root.frozen()
    with pytest.raises(AttributeError, match="public"):
        here.public = "changed"
    assert here.public == "public"


def test_the_rules_of_the_client_hold_for_the_clients_objects(connect):
    connection = connect(LookingService, client_config={"allow_public_attrs": True})
    assert connection.root.look_at(Chest(), "public") == "public"


def test_what_the_rules_of_the_client_refuse_is_an_error_at_the_server(connect):
    with pytest.raises(AttributeError, match="cannot access 'public'"):
        connect(LookingService).root.look_at(Chest(), "public")


class LookingService(rpyc.Service):
    def exposed_look_at(self, thing, name):
        return getattr(thing, name)
