"""rpyc itself, client and server in two processes, over firth's classes and its own.

A test that takes `connect` runs in every arrangement, that of stock rpyc at both ends
included. The service's class stands in the test's own file, which the server's process
imports too.
"""

import faulthandler
import json
import os
import sys
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SUPPORT = HERE.parents[1] / "support"
sys.path[:0] = [str(HERE), str(SUPPORT)]

import rpyc  # noqa: E402
from rpyc.utils import factory  # noqa: E402

import diary as diaries  # noqa: E402
from arrangements import ARRANGEMENTS, Witness, in_place, used  # noqa: E402
from rpyc_peers import Child  # noqa: E402

# Nothing here takes a tenth of it; a test that does is hung, and says where.
TEST_TIMEOUT = 180
# As long as a thread of a test may still take when the rest of it is over.
THREAD_TIMEOUT = 60

witness = Witness()
errors = None


def pytest_configure():
    """Standard error, before it is captured."""
    global errors
    errors = os.fdopen(os.dup(2), "w")


class HostError(Exception):
    """What went wrong in the process of the servers: its traceback."""


class Host(Child):
    """The process of the servers, host.py, with what `side` names below its rpyc."""

    def __init__(self, side):
        super().__init__(f"host of the servers, {side}",
                         [sys.executable, HERE / "host.py", side],
                         environment=dict(os.environ, PYTHONPATH=os.pathsep.join(
                             [str(HERE), str(SUPPORT), os.environ["PYTHONPATH"]])))
        if self.line() != "ready":
            raise self._error("is not ready")

    def tell(self, do, **order):
        self.say(json.dumps(dict(order, do=do)))
        answer = json.loads(self.line())
        if "error" in answer:
            raise HostError(answer["error"])
        return answer["value"]

    def call(self, function, *arguments):
        """What a function of a test's file returns when the process of the servers calls
        it; JSON carries arguments and result."""
        return self.tell("call", function=f"{function.__module__}:{function.__qualname__}",
                         arguments=arguments)

    def said(self):
        """What it has written on standard error."""
        return "\n".join(self._complaints)


class Server:
    """A server in the host: `address` is (host, port), or a unix socket's path."""

    def __init__(self, host, service, path=None, **options):
        self._host = host
        self._number, address = host.tell(
            "serve", service=f"{service.__module__}:{service.__qualname__}",
            path=path and str(path), **options)
        self.address = address if isinstance(address, str) else tuple(address)

    def stop(self):
        self._host.tell("stop", number=self._number)

    def wait(self):
        """Until it has ended by itself."""
        self._host.tell("wait", number=self._number)


class Diary:
    """The page of one test in the diary of the host."""

    def __init__(self, host, page):
        self._host = host
        self.page = page

    def next_entry(self):
        return self._host.call(diaries.next_entry, self.page)

    def is_blank(self):
        return self._host.call(diaries.is_blank, self.page)


@pytest.fixture(scope="session", params=ARRANGEMENTS, ids=str)
def arrangement(request):
    """What is below rpyc at each end; in place in this process."""
    witness.forget()
    with in_place(request.param.client):
        yield request.param
    assert used(witness.seen) <= {request.param.client}


@pytest.fixture(scope="session")
def host(arrangement):
    """The process of the servers."""
    with Host(arrangement.server) as host:
        yield host
        assert used(map(tuple, host.tell("seen"))) <= {arrangement.server}


@pytest.fixture
def diary(host, request):
    """What services note on the page of this test: diary.page, diary.next_entry()."""
    return Diary(host, request.node.name)


@pytest.fixture
def serve(host):
    """serve(Service, ...) gives a Server, which ends with the test; options: Host.serve."""
    servers = []

    def start(service, **options):
        servers.append(Server(host, service, **options))
        return servers[-1]
    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def chosen(arrangement):
    """The test chooses channels and streams itself, whatever is in place."""
    with witness.looking_away():
        yield


def connected(address, service=rpyc.VoidService, config=None):
    """rpyc's own connect, or unix_connect."""
    if isinstance(address, str):
        return factory.unix_connect(address, service=service, config=config or {})
    return rpyc.connect(*address, service=service, config=config or {})


@pytest.fixture
def connect_to():
    """connect_to(address, ...) gives a connection, which is closed with the test."""
    connections = []

    def connect(address, **options):
        connections.append(connected(address, **options))
        return connections[-1]
    yield connect
    for connection in connections:
        connection.close()


@pytest.fixture
def connect(serve, connect_to):
    """connect(Service, ...) gives a connection with a new server of that service.

    client_service and client_config are this end's; the other options are Host.serve's."""
    def start(service, client_service=rpyc.VoidService, client_config=None, **options):
        server = serve(service, **options)
        return connect_to(server.address, service=client_service, config=client_config)
    return start


@pytest.fixture
def classic(connect):
    """A connection with a server of rpyc's classic mode."""
    return connect(rpyc.ClassicService, client_service=rpyc.ClassicService)


@pytest.fixture
def background():
    """background(function, ...) calls it in another thread and gives its Future, which knows
    its `thread`; what is still running when the test ends has THREAD_TIMEOUT to end, for the
    test to pass."""
    calls = []

    def start(function, *arguments):
        calls.append(Future())
        calls[-1].thread = threading.Thread(
            target=settle, args=(calls[-1], function, arguments), daemon=True)
        calls[-1].thread.start()
        return calls[-1]
    yield start
    for call in calls:
        call.exception(THREAD_TIMEOUT)


def settle(future, function, arguments):
    try:
        future.set_result(function(*arguments))
    except BaseException as error:
        future.set_exception(error)


@pytest.fixture(autouse=True)
def time_limit():
    """A test that hangs ends the run, with the stack of every thread."""
    faulthandler.dump_traceback_later(TEST_TIMEOUT, exit=True, file=errors)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    host = getattr(item, "funcargs", {}).get("host")
    if report.failed and host is not None and host.said():
        report.sections.append(("the process of the servers", host.said()))
