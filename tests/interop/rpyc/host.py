"""The process of the servers: does what it is told, one line of JSON at a time.

    host.py SIDE

SIDE is what rpyc is over here: firth or stock. The first line on standard output is
`ready`; then every line on standard input is answered by one line, {"value": ...} or
{"error": "..."}. What services print goes to standard error.

    {"do": "serve", "service": "module:Class", ...}   a server in a thread: [number, address]
    {"do": "stop", "number": 3}                       that server is closed, its thread ended
    {"do": "wait", "number": 3}                       its thread has ended by itself
    {"do": "call", "function": "module:name", "arguments": [...]}   what it returns
    {"do": "seen"}                                    what the connections used; see Witness
"""

import importlib
import json
import os
import sys
import threading
import traceback

from rpyc.utils import server as servers
from rpyc.utils.helpers import classpartial

from arrangements import Witness, in_place

STOP_TIMEOUT = 60


def named(path):
    """The object that "module:name.name" names."""
    module, names = path.split(":")
    found = importlib.import_module(module)
    for name in names.split("."):
        found = getattr(found, name)
    return found


class Host:
    def __init__(self, witness):
        self._servers = {}
        self._witness = witness

    def serve(self, service, instance=False, arguments=(), config=None, kind="ThreadedServer",
              path=None, authenticator=None, options=None):
        """instance: one object serves every client. arguments: the service's own.
        path: of a unix socket; without, TCP. authenticator: "module:function", which makes
        it, and its arguments. options: the server's other keywords."""
        made = named(service)
        if instance:
            made = made(*arguments)
        elif arguments:
            made = classpartial(made, *arguments)
        config = dict(config or {})
        if "safe_attrs" in config:
            config["safe_attrs"] = set(config["safe_attrs"])
        where = {"socket_path": path} if path else {"hostname": "127.0.0.1", "port": 0}
        if authenticator:
            where["authenticator"] = named(authenticator[0])(*authenticator[1:])
        server = getattr(servers, kind)(
            made, auto_register=False, protocol_config=config, **where, **options or {})
        server._listen()
        thread = threading.Thread(target=server.start, daemon=True)
        thread.start()
        number = len(self._servers)
        self._servers[number] = server, thread
        return number, path or [server.host, server.port]

    def stop(self, number):
        server, _ = self._servers[number]
        server.close()
        self.wait(number)

    def wait(self, number):
        _, thread = self._servers[number]
        thread.join(STOP_TIMEOUT)
        if thread.is_alive():
            raise TimeoutError(f"server {number} goes on after {STOP_TIMEOUT} s")

    def call(self, function, arguments=()):
        return named(function)(*arguments)

    def seen(self):
        return sorted(self._witness.seen)


def answer(host, order):
    try:
        return {"value": getattr(host, order.pop("do"))(**order)}
    except Exception:
        return {"error": traceback.format_exc()}


def main(side):
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    with in_place(side):
        host = Host(Witness())
        print("ready", file=answers)
        for line in sys.stdin:
            print(json.dumps(answer(host, json.loads(line))), file=answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)  # whatever threads of servers are left
