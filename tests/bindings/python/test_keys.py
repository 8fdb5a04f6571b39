"""Keys: random ones, and those of a passphrase."""

import hashlib
import sys
import threading

import pytest

import firth
from support import LONG, Caller, wait_until

SALT = b"at least sixteen bytes"


def test_a_generated_key_has_its_size_and_is_another_each_time():
    keys = {firth.generate_key() for _ in range(10)}
    assert len(keys) == 10
    assert {len(key) for key in keys} == {firth.KEY_SIZE} == {32}
    assert all(type(key) is bytes for key in keys)


def test_a_passphrase_and_a_salt_always_give_the_key_that_scrypt_does():
    expected = hashlib.scrypt(b"correct horse", salt=SALT, n=65536, r=8, p=1, dklen=32,
                              maxmem=96 << 20)
    assert firth.key_from_passphrase(b"correct horse", SALT) == expected
    assert firth.key_from_passphrase(passphrase="correct horse", salt=SALT) == expected


def test_a_passphrase_of_text_stands_for_its_utf_8():
    assert firth.key_from_passphrase("na\xefve", SALT) == firth.key_from_passphrase(
        "na\xefve".encode(), bytearray(SALT))


def test_another_salt_gives_another_key():
    assert firth.key_from_passphrase("x", SALT) != firth.key_from_passphrase("x", SALT + b"!")


@pytest.mark.parametrize("passphrase", ["", b""])
def test_an_empty_passphrase_is_refused(passphrase):
    with pytest.raises(ValueError, match="passphrase is empty"):
        firth.key_from_passphrase(passphrase, SALT)


def test_a_passphrase_that_is_no_text_is_refused_and_not_shown():
    with pytest.raises(ValueError, match="surrogate at 6") as caught:
        firth.key_from_passphrase("secret\udc80", SALT)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


@pytest.mark.parametrize("size", [0, 15])
def test_a_short_salt_is_refused(size):
    with pytest.raises(ValueError, match=f"the salt has {size} bytes, expected at least 16"):
        firth.key_from_passphrase("x", b"s" * size)
    assert firth.SALT_MIN == 16


@pytest.mark.parametrize("arguments", [("x", "text of sixteen"), ("x", None), (None, SALT), (5, SALT),
                                       ("x",), ()])
def test_what_is_no_passphrase_and_no_salt_is_refused(arguments):
    with pytest.raises(TypeError):
        firth.key_from_passphrase(*arguments)


def test_the_salt_cannot_be_left_out():
    with pytest.raises(TypeError, match="salt"):
        firth.key_from_passphrase("x")


def another_thread_ran():
    """Whether one that waits for nothing but the interpreter's lock ran during the call."""
    gate, ran = threading.Lock(), threading.Event()
    gate.acquire()
    other = Caller(lambda: gate.acquire() and ran.set())
    gate.release()
    firth.key_from_passphrase("x", SALT)
    seen = ran.is_set()
    other.result()
    return seen


def test_other_threads_run_while_a_key_is_made():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(LONG)
    try:
        wait_until(another_thread_ran, lambda: "the interpreter's lock is held meanwhile")
    finally:
        sys.setswitchinterval(interval)


def test_a_buffer_is_free_again_after_a_key_was_made_of_it():
    passphrase, salt = bytearray(b"x"), bytearray(SALT)
    firth.key_from_passphrase(passphrase, salt)
    passphrase.extend(b"y")
    salt.extend(b"y")
