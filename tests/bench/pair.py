"""A server and a client of one contender, which do what they are told."""

import json
import os
import subprocess


class Pair:
    """Two processes pinned to one core; leaving the `with` block ends them."""

    def __init__(self, command, environment, core):
        environment = dict(environment, FIRTH_BENCH_CORE=str(core))
        self._processes = []
        server = self._start(command("server"), environment)
        about = json.loads(self._line(server))
        self.versions = about.pop("versions")
        self._client = self._start(command("client"), environment)
        self._say(about)

    def _start(self, command, environment):
        process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True, cwd=os.sep)
        self._processes.append(process)
        return process

    def _say(self, what):
        self._client.stdin.write(json.dumps(what) + "\n")
        self._client.stdin.flush()

    def _line(self, process):
        line = process.stdout.readline()
        if not line:
            raise SystemExit(f"{' '.join(process.args)} has ended")
        return line

    def seconds(self, case, times):
        """How long the client takes to do a case so often."""
        self._say({"case": case, "times": times})
        return json.loads(self._line(self._client))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self._processes):
            _end(process)


def _end(process):
    """By the end of what it is told; by force if that does not do."""
    process.stdin.close()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
