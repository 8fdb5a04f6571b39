"""Keys for encrypted channels."""

from . import _firth


def generate_key():
    """A random key of KEY_SIZE bytes."""
    return _firth.generate_key()


def key_from_passphrase(passphrase, salt):
    """The key, of KEY_SIZE bytes, that a passphrase and a salt always give.

    passphrase: bytes, or a str, which stands for its UTF-8; not empty. salt: SALT_MIN bytes
    or more, best random ones, the same at both ends; it need not be secret. By scrypt
    (RFC 7914) with N = 65536, r = 8, p = 1: takes 64 MiB and some tenths of a second, in
    which other threads run. ValueError: one of them is too short. MemoryError.
    """
    if isinstance(passphrase, str):
        try:
            passphrase = passphrase.encode()
        except UnicodeEncodeError as error:
            raise ValueError(
                f"the passphrase has a surrogate at {error.start}, which UTF-8 has not") from None
    return _firth.key_from_passphrase(passphrase, salt)
