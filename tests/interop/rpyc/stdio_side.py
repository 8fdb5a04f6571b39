"""An rpyc server over standard input and output: stdio_side.py SIDE, firth or stock."""

import os
import sys

import rpyc
from rpyc.utils import factory

from arrangements import in_place


class StdioService(rpyc.Service):
    def exposed_echo(self, value):
        return value

    def exposed_call(self, function, value):
        return function(value)


if __name__ == "__main__":
    with in_place(sys.argv[1]), factory.connect_stdpipes(service=StdioService) as connection:
        connection.serve_all()
    os._exit(0)  # some versions leave a sys.stdout that Python cannot flush
