"""Errors of a module that only the server imports by itself."""


class RareError(Exception):
    pass
