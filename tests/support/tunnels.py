"""Real tunnels on loopback, for the tests of every language: an sshd, a SOCKS5 proxy
(microsocks) and an HTTP proxy (proxy.py), each with folder and port of its own.

A Python test uses start_sshd, start_socks_proxy and start_http_proxy as context managers.
Any other starts

    python3 tests/support/tunnels.py sshd
    python3 tests/support/tunnels.py socks|http [USER PASSWORD]

and reads one line from its standard output, when the tunnel is ready: a JSON object with
`host`, `port` and `pid`, and for sshd also

    user                     who may log in
    identity_file            the private key that is accepted
    refused_identity_file    one that is not
    known_hosts              a file with the right host key,
    changed_known_hosts      with another one for this host,
    unknown_known_hosts      with none
    config_file              for ssh -F: there, all of this is the host `hop`

What fails is told on standard error, with exit status 1. The line `kill` on standard input
ends the tunnel at once, sessions included (SIGKILL; answer: the line `killed`). When standard
input closes, everything that was started ends, the folder is removed, and the program too.

FIRTH_PEERS names the folder with proxies/ in it, filled from requirements-proxies.txt.
"""

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HOST = "127.0.0.1"
PATIENCE = 60  # seconds until a tunnel must be ready


class TunnelError(Exception):
    """A tunnel cannot be started."""


# --- Processes ------------------------------------------------------------------------


def parents():
    """{number of a process: that of its parent}."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            found[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    return found


def family(pid):
    """The process and all that descend from it."""
    known, members = parents(), [pid]
    for member in members:
        members += [child for child, parent in known.items() if parent == member]
    return members


class Process:
    """A running program; what it writes on standard error is read all the time."""

    def __init__(self, command, **options):
        self.name = Path(command[0]).name
        self._process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                         text=True, errors="replace", **options)
        self._lines = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        with self._process.stderr as pipe:
            for line in pipe:
                self._lines.append(line)

    @property
    def pid(self):
        return self._process.pid

    def said(self):
        return "".join(self._lines)

    def kill(self):
        """Ends it at once, and all that it has started."""
        if self._process.poll() is None:
            for pid in reversed(family(self.pid)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait()
        self._reader.join()

    def wait_until(self, ready):
        """The first true value that `ready` gives; it must come before the process ends."""
        deadline = time.monotonic() + PATIENCE
        while True:
            ended = self._process.poll() is not None
            if ended:
                self._reader.join()
            found = ready()
            if found:
                return found
            if ended or time.monotonic() > deadline:
                self.kill()
                raise TunnelError(f"{self.name} {'has ended' if ended else 'is not ready'}:\n"
                                  + self.said())
            time.sleep(0.01)


class Tunnel:
    """A running tunnel; what is known of it is in `facts`."""

    def __init__(self, process, **facts):
        self._process = process
        self.facts = {"host": HOST, "pid": process.pid, **facts}

    def __getattr__(self, name):
        try:
            return self.facts[name]
        except KeyError:
            raise AttributeError(name) from None

    def kill(self):
        """Ends it at once, with the connections that go through it."""
        self._process.kill()

    def said(self):
        """What it wrote on standard error, for the text of a failed test."""
        return self._process.said()


def program(name, package):
    """Its path; sshd is not in everybody's PATH."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if not found:
        raise TunnelError(f"there is no {name}; Debian's package is {package}")
    return found


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory(prefix="firth-tunnel-") as path:
        yield Path(path)


# --- Proxies --------------------------------------------------------------------------


def listening_port(pid):
    """The port that the process listens at, if it does."""
    sockets = set()
    with contextlib.suppress(OSError):
        sockets = {os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
            return int(fields[1].partition(":")[2], 16)
    return None


@contextlib.contextmanager
def start_socks_proxy(user=None, password=None):
    """A SOCKS5 proxy; with a user it wants that one and the password."""
    login = ["-u", user, "-P", password] if user is not None else []
    process = Process([program("microsocks", "microsocks"), "-i", HOST, "-p", "0", *login])
    tunnel = Tunnel(process, port=process.wait_until(lambda: listening_port(process.pid)))
    try:
        yield tunnel
    finally:
        tunnel.kill()


def accepts(port):
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def start_http_proxy(user=None, password=None):
    """An HTTP proxy; with a user it wants that one and the password."""
    packages = Path(os.environ.get("FIRTH_PEERS", "")) / "proxies"
    if not (packages / "proxy").is_dir():
        raise TunnelError(f"{packages} holds no proxy.py; fill it from requirements-proxies.txt")
    login = ["--basic-auth", f"{user}:{password}"] if user is not None else []
    with folder() as place:
        port_file = place / "port"
        process = Process(
            [sys.executable, "-m", "proxy", "--hostname", HOST, "--port", "0", "--port-file",
             port_file, "--num-acceptors", "1", "--num-workers", "1", "--data-dir", place,
             "--timeout", "3600", *login],  # else it closes what was quiet for ten seconds
            cwd=place, env={**os.environ, "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"})

        def port_that_accepts():
            text = port_file.read_text().strip() if port_file.exists() else ""
            return int(text) if text and accepts(int(text)) else None
        tunnel = Tunnel(process, port=process.wait_until(port_that_accepts))
        try:
            yield tunnel
        finally:
            tunnel.kill()


# --- sshd -----------------------------------------------------------------------------

# sshd takes no port 0: another one is tried if this is not free any more.
TRIES = 20
CONFIG = """\
ListenAddress {host}
Port {port}
HostKey {place}/host
AuthorizedKeysFile {place}/authorized
AuthenticationMethods publickey
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
UseDNS no
PidFile none
MaxStartups 100
Subsystem sftp internal-sftp
"""
# What older ones do not know: a client that fails often would be kept out for a while.
NEWER = "PerSourcePenalties no\n"
CLIENT = """\
Host hop
  HostName {host}
  Port {port}
  User {user}
  IdentityFile {place}/identity
  IdentitiesOnly yes
  UserKnownHostsFile {place}/known
  GlobalKnownHostsFile none
"""


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def make_keys(place, *names):
    for name in names:
        subprocess.run([program("ssh-keygen", "openssh-client"), "-q", "-t", "ed25519", "-N", "",
                        "-C", name, "-f", place / name], check=True)


def write_config(sshd, place, port):
    config = place / "sshd_config"
    config.write_text(CONFIG.format(host=HOST, port=port, place=place) + NEWER)
    if subprocess.run([sshd, "-t", "-f", config], capture_output=True).returncode != 0:
        config.write_text(CONFIG.format(host=HOST, port=port, place=place))
    return config


def start_sshd_at(sshd, place, port):
    """The process, or None if the port is not free."""
    process = Process([sshd, "-D", "-e", "-f", write_config(sshd, place, port)])
    ready, taken = f"Server listening on {HOST} port {port}.", "Address already in use"
    if process.wait_until(lambda: next((s for s in (ready, taken) if s in process.said()), None)) == ready:
        return process
    process.kill()
    return None


def write_known_hosts(place, port):
    right, other = ((place / name).read_text() for name in ("host.pub", "other.pub"))
    (place / "known").write_text(f"[{HOST}]:{port} {right}")
    (place / "changed").write_text(f"[{HOST}]:{port} {other}")
    (place / "unknown").write_text(f"[192.0.2.1]:{port} {right}")


@contextlib.contextmanager
def start_sshd():
    """An sshd that lets the user of this process in by a key."""
    sshd = program("sshd", "openssh-server")
    if os.getuid() == 0:
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
    with folder() as place:
        make_keys(place, "host", "other", "identity", "refused")
        (place / "authorized").write_text((place / "identity.pub").read_text())
        for _ in range(TRIES):
            port = free_port()
            process = start_sshd_at(sshd, place, port)
            if process:
                break
        else:
            raise TunnelError(f"sshd found none of {TRIES} ports free")
        write_known_hosts(place, port)
        user = pwd.getpwuid(os.getuid()).pw_name
        (place / "config").write_text(CLIENT.format(host=HOST, port=port, user=user, place=place))
        tunnel = Tunnel(process, port=port, user=user, identity_file=str(place / "identity"),
                        refused_identity_file=str(place / "refused"),
                        known_hosts=str(place / "known"), changed_known_hosts=str(place / "changed"),
                        unknown_known_hosts=str(place / "unknown"), config_file=str(place / "config"))
        try:
            yield tunnel
        finally:
            tunnel.kill()


# --- The program ----------------------------------------------------------------------

KINDS = {"sshd": start_sshd, "socks": start_socks_proxy, "http": start_http_proxy}


def main(kind, *login):
    with KINDS[kind](*login) as tunnel:
        print(json.dumps(tunnel.facts), flush=True)
        for line in sys.stdin:
            if line.strip() == "kill":
                tunnel.kill()
                print("killed", flush=True)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 4) or sys.argv[1] not in KINDS:
        sys.exit("usage: tunnels.py sshd | socks [USER PASSWORD] | http [USER PASSWORD]")
    try:
        main(*sys.argv[1:])
    except TunnelError as error:
        sys.exit(f"tunnels.py: {error}")
