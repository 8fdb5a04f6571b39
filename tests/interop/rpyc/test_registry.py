"""The registry of services, by TCP and UDP on this machine alone; its messages are brine."""

import logging
import threading

import pytest
import rpyc
from rpyc.utils import factory, registry

from versions import REGISTRY_LISTS

PRUNING = 100.0
QUIET = logging.getLogger("quiet registry")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False


class RegisteredService(rpyc.Service):
    def exposed_hello(self):
        return "hello"


class Registry:
    """A registry of rpyc's in a thread."""

    def __init__(self, kind, **options):
        self.server = getattr(registry, f"{kind}RegistryServer")(
            host="127.0.0.1", port=0, pruning_timeout=PRUNING, logger=QUIET, **options)
        self.server.sock.settimeout(0.01)  # it looks so often whether it is to stop
        self.port = self.server.sock.getsockname()[1]
        self._kind = kind
        self._thread = threading.Thread(target=self.server.start, daemon=True)
        self._thread.start()

    def client(self):
        options = {"bcast": False} if self._kind == "UDP" else {}
        return getattr(registry, f"{self._kind}RegistryClient")(
            ip="127.0.0.1", port=self.port, timeout=20, logger=QUIET, **options)

    def stop(self):
        if self.server.active:
            self.server.close()
        self._thread.join(20)


@pytest.fixture(params=["TCP", "UDP"])
def kind(request):
    return request.param


@pytest.fixture
def here(arrangement, kind):
    """A registry, which has answered a first question."""
    made = Registry(kind)
    made.client().discover("nobody")
    yield made
    made.stop()


@pytest.fixture
def client(here):
    return here.client()


def ports(found):
    return sorted(port for _, port in found)


def test_a_service_that_registers_is_discovered(client):
    assert client.register(("CALCULATOR",), 12345)
    assert ports(client.discover("CALCULATOR")) == [12345]


def test_a_service_is_discovered_in_any_case(client):
    client.register(("CALCULATOR",), 12345)
    assert ports(client.discover("calculator")) == [12345]


def test_a_service_is_discovered_by_every_alias(client):
    client.register(("ONE", "TWO"), 12345)
    assert ports(client.discover("ONE")) == ports(client.discover("TWO")) == [12345]


def test_all_servers_of_a_service_are_discovered(client):
    client.register(("CALCULATOR",), 12345)
    client.register(("CALCULATOR",), 45678)
    assert ports(client.discover("CALCULATOR")) == [12345, 45678]


def test_a_service_that_nobody_registered_is_not_discovered(client):
    assert client.discover("CALCULATOR") == ()


def test_a_service_that_unregisters_is_not_discovered(client):
    client.register(("CALCULATOR",), 12345)
    client.register(("CALCULATOR",), 45678)
    client.unregister(12345)
    assert ports(client.discover("CALCULATOR")) == [45678]


def test_a_service_that_was_not_heard_of_for_long_is_forgotten(here, client):
    client.register(("CALCULATOR",), 12345)
    here.server.pruning_timeout = -1.0
    assert client.discover("CALCULATOR") == ()


def test_a_service_is_discovered_through_the_factory(client):
    client.register(("CALCULATOR",), 12345)
    assert ports(factory.discover("calculator", registrar=client)) == [12345]


def test_a_service_that_nobody_registered_is_a_discovery_error(client):
    with pytest.raises(factory.DiscoveryError, match="calculator"):
        factory.discover("calculator", registrar=client)


if REGISTRY_LISTS:
    @pytest.fixture
    def listing(arrangement, kind):
        made = Registry(kind, allow_listing=True)
        made.client().discover("nobody")
        yield made.client()
        made.stop()

    def test_a_connection_is_made_by_the_name_of_a_service(client, serve):
        _, port = serve(RegisteredService).address
        client.register(("REGISTERED",), port)
        with factory.connect_by_service("registered", registrar=client) as connection:
            assert connection.root.hello() == "hello"

    def test_services_are_listed(listing):
        listing.register(("ONE",), 12345)
        listing.register(("TWO",), 45678)
        assert sorted(listing.list()) == ["ONE", "TWO"]

    def test_services_are_not_listed_where_that_is_not_allowed(client):
        client.register(("ONE",), 12345)
        assert client.list() is None
