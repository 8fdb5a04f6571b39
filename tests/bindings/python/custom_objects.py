"""Objects that are streams because of their methods, for the tests to give to firth."""

import select


class Plain:
    """A stream over a socket with what a stream owes and nothing more."""

    def __init__(self, sock):
        self.sock = sock
        self.asked = []
        self.written = []
        self.closes = 0

    def read(self, count):
        self.asked.append(count)
        return self.sock.recv(count)

    def write(self, data):
        self.written.append(data)
        self.sock.sendall(data)

    def close(self):
        self.closes += 1
        self.sock.close()

    @property
    def closed(self):
        return self.sock.fileno() < 0


class Polling(Plain):
    """One that can also wait, and has a descriptor."""

    def poll(self, timeout):
        return bool(select.select([self.sock], [], [], timeout)[0])

    def fileno(self):
        return self.sock.fileno()


class Some(Polling):
    """One that can also give what is there."""

    def read_some(self, count):
        return self.read(count)


class Scripted:
    """One whose functions do what the test says; reads end at once, writes are taken."""

    closed = False

    def __init__(self, **functions):
        self.calls = []
        self.functions = {"read": lambda count: b"", "write": lambda data: None,
                          "close": lambda: None, **functions}

    def _call(self, name, *arguments):
        self.calls.append(name)
        return self.functions[name](*arguments)

    def read(self, count):
        return self._call("read", count)

    def write(self, data):
        return self._call("write", data)

    def close(self):
        return self._call("close")


class ScriptedFully(Scripted):
    """One that has the rest as well."""

    def __init__(self, **functions):
        super().__init__(**{"poll": lambda timeout: True, "flush": lambda: None,
                            "fileno": lambda: 0, **functions})

    def poll(self, timeout):
        return self._call("poll", timeout)

    def flush(self):
        return self._call("flush")

    def fileno(self):
        return self._call("fileno")


class MonitoredStream:
    """Counts what goes through a stream of firth's."""

    def __init__(self, stream):
        self.stream = stream
        self.bytes_sent = 0
        self.bytes_received = 0

    def read(self, count):
        data = self.stream.read(count)
        self.bytes_received += len(data)
        return data

    def write(self, data):
        self.stream.write(data)
        self.bytes_sent += len(data)

    def poll(self, timeout):
        return self.stream.poll(timeout)

    def close(self):
        self.stream.close()

    @property
    def closed(self):
        return self.stream.closed


def raising(error):
    """A function that raises this very error."""
    def function(*_):
        raise error
    return function
