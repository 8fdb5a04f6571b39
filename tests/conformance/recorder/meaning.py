"""Says in words what an rpyc message is."""

HANDLERS = {1: "PING", 2: "CLOSE", 3: "GETROOT", 4: "GETATTR", 5: "DELATTR", 6: "SETATTR",
            7: "CALL", 8: "CALLATTR", 9: "REPR", 10: "STR", 11: "CMP", 12: "HASH", 13: "DIR",
            14: "PICKLE", 15: "DEL", 16: "INSPECT", 17: "BUFFITER", 18: "OLDSLICING",
            19: "CTXEXIT", 20: "INSTANCECHECK"}
REQUEST, REPLY, EXCEPTION = 1, 2, 3


class Interpreter:
    """Follows one conversation, so that a reply can name its request.

    `load` is rpyc's brine.load; `dialect` 5 or 6; `skip` what bind_threads puts first.
    """

    def __init__(self, load, dialect, skip=0):
        self._load = load
        self._dialect = dialect
        self._skip = skip
        self._asked = {}

    def meaning(self, side, payload):
        message, number, content = self._parts(payload[self._skip:])
        if message == REQUEST:
            handler = HANDLERS[content[0]]
            self._asked[side, number] = handler
            return f"MSG_REQUEST HANDLE_{handler} #{number}"
        asker = "server" if side == "client" else "client"
        handler = self._asked[asker, number]
        if message == REPLY:
            return f"MSG_REPLY to HANDLE_{handler} #{number}"
        return f"MSG_EXCEPTION to HANDLE_{handler} #{number}: {exception_name(content)}"

    def _parts(self, payload):
        if self._dialect == 6:
            return payload[0], *self._load(payload[1:])
        return self._load(payload)


def exception_name(content):
    if not isinstance(content, tuple):
        return "StopIteration"
    return content[0][1]
