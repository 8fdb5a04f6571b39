"""What `with` and `repr` do for streams, channels and listeners."""

from ._errors import StreamError


class Closing:
    """At the end of a `with` block: finish if all went well, else close."""

    __slots__ = ()

    def __repr__(self):
        """The class and whether it is open."""
        try:
            state = "closed" if self.closed else "open"
        except ValueError:
            state = "uninitialised"
        return f"<{type(self).__module__}.{type(self).__qualname__}, {state}>"

    def __enter__(self):
        """The object itself."""
        return self

    def __exit__(self, kind, value, traceback):
        """May block as finish does; the error of the block, if any, goes on."""
        if kind is None and not self.closed:
            self.finish()
            return
        try:
            self.close()
        except StreamError:
            if kind is None:
                raise
