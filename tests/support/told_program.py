"""A program of the tests that obeys commands, a line each, as tests/support/channel_commands.h has them."""

import subprocess


class ToldProgram:
    """It runs; what it said of itself first is `started`. Leaving the context ends it, and checks that
    it said no more and ended as it should: with status 0 if it had started well, else 1.
    """

    def __init__(self, *words, **options):
        self._process = subprocess.Popen([*map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, text=True, **options)
        self.started = self._answer()

    @property
    def pid(self):
        return self._process.pid

    def _answer(self):
        line = self._process.stdout.readline().rstrip("\n")
        assert line, self._process.stderr.read()
        return line

    def __call__(self, *words):
        print(*words, file=self._process.stdin, flush=True)
        return self._answer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        complaint = self._process.stderr.read()
        self._process.stderr.close()
        self._process.stdout.close()
        status = self._process.wait(60)
        assert (status, complaint) == (0 if self.started == "ok" else 1, "")
