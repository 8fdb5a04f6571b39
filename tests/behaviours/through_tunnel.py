"""Runs the suite of behaviours over streams through a real tunnel, which it starts.

Usage: python3 through_tunnel.py test_behaviours real_ssh|real_socks5
FIRTH_PEERS as in tests/support/tunnels.py."""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import tunnels  # noqa: E402  (found through the path above)

LOGIN = ("me", "s3cret")


def ssh(facts):
    return ("ssh://{user}@{host}:{port}/TARGET?identity_file={identity_file}"
            "&known_hosts={known_hosts}&config_file=none").format(**facts)


def socks5(facts):
    return "socks5://{}:{}@{host}:{port}/TARGET".format(*LOGIN, **facts)


TUNNELS = {
    "real_ssh": (tunnels.start_sshd, ssh),
    "real_socks5": (lambda: tunnels.start_socks_proxy(*LOGIN), socks5),
}


def main(program, kind):
    start, address = TUNNELS[kind]
    with start() as tunnel:
        environment = {**os.environ, "FIRTH_TEST_TUNNEL": address(tunnel.facts)}
        return subprocess.run([program, kind], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
