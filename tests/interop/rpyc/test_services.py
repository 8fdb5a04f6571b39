"""What a service is: names, instances, arguments, its life with a connection."""

from dataclasses import dataclass

import pytest
import rpyc

import diary
from versions import BEFORE_CLOSED, EXPOSED_DECORATOR


class CalculatorService(rpyc.Service):
    exposed_limit = 1000

    def exposed_add(self, first, second=1, *more, scale=1):
        return (first + second + sum(more)) * scale

    def exposed_count(self):
        self.calls = getattr(self, "calls", 0) + 1
        return self.calls

    def hidden(self):
        return "never seen"


class Renamed(rpyc.Service):
    ALIASES = ["first", "Second"]


class GreetingService(rpyc.Service):
    def __init__(self, greeting, mark):
        super().__init__()
        self._text = greeting + mark

    def exposed_greet(self, name):
        return f"{self._text} {name}"


class NotingService(rpyc.Service):
    def __init__(self, page):
        super().__init__()
        self._page = page

    def on_connect(self, conn):
        diary.note(self._page, "connected")

    def on_disconnect(self, conn):
        diary.note(self._page, "disconnected")

    def exposed_note(self, entry):
        diary.note(self._page, entry)


class AskingService(rpyc.Service):
    """Asks the client's own service when a client connects."""

    def on_connect(self, conn):
        self._conn = conn

    def exposed_ask(self, name):
        return f"the client says {self._conn.root.answer(name)}"


class AnsweringService(rpyc.Service):
    def exposed_answer(self, name):
        return f"hello {name}"


class Pocket:
    def __init__(self, content):
        self.exposed_content = content

    def exposed_double(self):
        return self.exposed_content * 2


@dataclass
class Record:
    exposed_number: int = 31
    exposed_text: str = "a text"
    exposed_data: bytes = b"bytes"


class MakerService(rpyc.Service):
    exposed_Pocket = Pocket
    exposed_Record = Record

    def exposed_make(self, content):
        return Pocket(content)

    def exposed_look_into(self, pocket):
        return pocket.content


def test_an_exposed_method_is_called_by_its_name_without_the_prefix(connect):
    assert connect(CalculatorService).root.add(2, 3) == 5


def test_an_exposed_method_is_called_by_its_whole_name(connect):
    assert connect(CalculatorService).root.exposed_add(2, 3) == 5


def test_defaults_are_the_servers(connect):
    assert connect(CalculatorService).root.add(2) == 3


def test_keywords_and_further_arguments_arrive(connect):
    assert connect(CalculatorService).root.add(1, 2, 3, 4, scale=5) == 50


def test_keywords_may_name_what_stands_in_a_position(connect):
    assert connect(CalculatorService).root.add(second=7, first=1) == 8


def test_too_few_arguments_are_a_type_error(connect):
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        connect(CalculatorService).root.add()


def test_an_exposed_attribute_is_read(connect):
    assert connect(CalculatorService).root.limit == 1000


def test_a_name_without_the_prefix_is_hidden(connect):
    with pytest.raises(AttributeError, match="cannot access 'hidden'"):
        connect(CalculatorService).root.hidden()


def test_a_class_as_service_gives_every_connection_an_object_of_its_own(serve, connect_to):
    address = serve(CalculatorService).address
    assert [connect_to(address).root.count() for _ in range(3)] == [1, 1, 1]


def test_an_object_as_service_is_shared_by_all_connections(serve, connect_to):
    address = serve(CalculatorService, instance=True).address
    assert [connect_to(address).root.count() for _ in range(3)] == [1, 2, 3]


def test_the_arguments_of_a_service_are_given_to_its_object(connect):
    root = connect(GreetingService, arguments=["good morning", ","]).root
    assert root.greet("all") == "good morning, all"


def test_a_service_is_named_after_its_class(connect):
    assert connect(CalculatorService).root.get_service_name() == "CALCULATOR"


def test_aliases_replace_the_name_of_the_class(connect):
    root = connect(Renamed).root
    assert (root.get_service_name(), root.get_service_aliases()) == ("FIRST", ("FIRST", "SECOND"))


def test_a_void_service_has_nothing_to_call(connect):
    with pytest.raises(AttributeError):
        connect(rpyc.VoidService).root.add(1, 2)


def test_a_service_is_told_of_its_connection(connect, diary):
    connect(NotingService, arguments=[diary.page]).root.note("called")
    assert [diary.next_entry(), diary.next_entry()] == ["connected", "called"]


def test_a_service_is_told_of_the_end_of_its_connection(connect, diary):
    connect(NotingService, arguments=[diary.page]).close()
    assert [diary.next_entry(), diary.next_entry()] == ["connected", "disconnected"]


def test_the_end_is_told_once(serve, connect_to, diary):
    server = serve(NotingService, arguments=[diary.page])
    connect_to(server.address).close()
    other = connect_to(server.address)
    entries = [diary.next_entry() for _ in range(3)]
    other.root.note("last")
    assert sorted(entries) == ["connected", "connected", "disconnected"]
    assert (diary.next_entry(), diary.is_blank()) == ("last", True)


def test_the_clients_service_is_told_of_its_connection_and_its_end(connect):
    told = []

    class ToldService(rpyc.Service):
        def on_connect(self, conn):
            told.append("connected")

        def on_disconnect(self, conn):
            told.append("disconnected")
    connect(rpyc.VoidService, client_service=ToldService).close()
    assert told == ["connected", "disconnected"]


def test_the_server_calls_the_clients_service(connect):
    root = connect(AskingService, client_service=AnsweringService).root
    assert root.ask("server") == "the client says hello server"


def test_an_exposed_class_is_instantiated_by_the_client(connect):
    assert connect(MakerService).root.Pocket("ab").double() == "abab"


def test_an_object_of_the_server_keeps_its_exposed_attributes(connect):
    assert connect(MakerService).root.make("nut").content == "nut"


def test_the_server_reads_the_exposed_attributes_of_an_object_of_the_client(connect):
    assert connect(MakerService).root.look_into(Pocket("a stone")) == "a stone"


def test_an_object_of_a_dataclass_keeps_its_exposed_fields(connect):
    record = connect(MakerService).root.Record(7)
    assert (record.number, record.text, record.data) == (7, "a text", b"bytes")


def test_the_root_is_one_object(connect):
    connection = connect(CalculatorService)
    assert connection.root is connection.root


def test_a_context_manager_closes_the_connection(connect):
    with connect(CalculatorService) as connection:
        connection.root.add(1, 1)
    assert connection.closed


def test_a_server_on_a_unix_socket_serves(connect, tmp_path):
    assert connect(CalculatorService, path=tmp_path / "socket").root.add(20, 3) == 23


if EXPOSED_DECORATOR:
    @rpyc.service
    class DecoratedService(rpyc.Service):
        @rpyc.exposed
        def plain(self):
            return "plain"

        @rpyc.exposed("other_")
        def prefixed(self):
            return "prefixed"

        @rpyc.exposed
        class Inner:
            @rpyc.exposed
            def method(self):
                return "inner"

        def hidden(self):
            return "never seen"

    def test_a_decorated_method_is_exposed(connect):
        root = connect(DecoratedService).root
        assert (root.plain(), root.exposed_plain()) == ("plain", "plain")

    def test_a_method_without_decorator_is_hidden(connect):
        with pytest.raises(AttributeError):
            connect(DecoratedService).root.hidden()

    def test_a_decorated_class_exposes_its_decorated_methods(connect):
        assert connect(DecoratedService).root.Inner().method() == "inner"

    def test_another_prefix_is_for_connections_that_ask_for_it(connect):
        root = connect(DecoratedService, config={"exposed_prefix": "other_"}).root
        assert (root.prefixed(), root.other_prefixed()) == ("prefixed", "prefixed")

    def test_another_prefix_is_hidden_from_the_rest(connect):
        assert not hasattr(connect(DecoratedService).root, "prefixed")


if BEFORE_CLOSED:
    def test_the_other_side_is_asked_a_last_time_before_the_end(connect, diary):
        config = {"before_closed": lambda root: root.note("farewell"), "close_catchall": False}
        connect(NotingService, arguments=[diary.page], client_config=config).close()
        assert [diary.next_entry() for _ in range(3)] == ["connected", "farewell", "disconnected"]
