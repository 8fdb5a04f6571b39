"""Two ends that share a passphrase, and encrypt what they say to each other.

Usage: python3 encrypted_communication.py listen PASSPHRASE SALT
       python3 encrypted_communication.py connect HOST PORT PASSPHRASE SALT

The salt is at least 16 bytes, need not be secret, and is best random: one for each pair of
ends that shares a passphrase.
"""

import sys

from firth import (
    ConnectionLostError,
    EncryptedChannel,
    Listener,
    SocketStream,
    StreamError,
    key_from_passphrase,
)


def listen(key):
    """Answers one peer, until that has finished."""
    with Listener.listen("127.0.0.1", 0) as listener:
        print("listening tcp 127.0.0.1", listener.port, flush=True)
        stream = listener.accept()
    with EncryptedChannel(stream, key) as channel:
        try:
            while True:
                channel.send(channel.recv().upper())
        except ConnectionLostError as end:
            if not end.clean:  # a peer that only vanished may have had more to say
                raise
    print("The peer has finished")


def connect(host, port, key):
    with EncryptedChannel(SocketStream.connect(host, port), key) as channel:
        channel.send(b"hello, brine")
        print("Response:", channel.recv().decode())


role, *where, passphrase, salt = sys.argv[1:]
try:
    key = key_from_passphrase(passphrase.encode(), salt.encode())
    if role == "listen":
        listen(key)
    else:
        connect(where[0], int(where[1]), key)
except StreamError as problem:
    sys.exit(str(problem))
