"""What a case works with: a testee, and the other end of its connection."""

from runner.process import Failure


def words_of(options):
    """` name=value` for each; what is inside an object is `object.name=value`."""
    return "".join(f" {name}={value}" for name, value in flat(options))


def flat(options):
    for name, value in options.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", v) for inner, v in flat(value))
        else:
            yield name, value


class Session:
    """One case's use of a testee; close() makes the testee fit for the next."""

    def __init__(self, testee, listeners):
        self.testee = testee
        self.folder = listeners.folder
        self._listeners = listeners
        self._far_ends = []

    def ask(self, line, data=None):
        return self.testee.ask(line, data)

    def expect(self, wanted, line, data=None):
        """Ask, and fail unless the answer is of this kind (`error` with a code: "error eof")."""
        answer = self.ask(line, data)
        given = f"error {answer.code}" if answer.code else answer.kind
        if given != wanted:
            raise Failure(f"{line.split(' ')[0]}: expected {wanted}, got {answer}")
        return answer

    def connect(self, kind="unix", **options):
        """Have the testee connect to us; gives our end."""
        self.expect("ok", f"connect {self._listeners.address(kind)}{words_of(options)}")
        far = self._listeners.accept(kind)
        self._far_ends.append(far)
        return far

    def codec(self, **options):
        self.expect("ok", "codec" + words_of(options))

    def close(self):
        if self._far_ends:
            self.ask("close")
        self.abandon()

    def abandon(self):
        """Close our ends only."""
        for far in self._far_ends:
            far.close()
        self._far_ends.clear()
