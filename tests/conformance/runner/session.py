"""What a case works with: a testee, and the other end of its connection."""

from runner.far_end import FarEnd
from runner.process import Failure, Misbehaviour
from runner.relay import Relay


def words_of(options):
    """` name=value` for each; what is inside an object is `object.name=value`."""
    return "".join(f" {name}={value}" for name, value in flat(options))


def flat(options):
    for name, value in options.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", v) for inner, v in flat(value))
        elif isinstance(value, bytes):
            yield name, value.hex()
        else:
            yield name, value


class Speaker:
    """A testee that is spoken with, and what it has open."""

    def __init__(self, testee, listeners):
        self.testee = testee
        self.folder = listeners.folder
        self._listeners = listeners
        self._connected = False

    def ask(self, line, data=None):
        return self.testee.ask(line, data)

    def expect(self, wanted, line, data=None):
        """Ask, and fail unless the answer is of this kind (`error` with a code: "error eof")."""
        answer = self.ask(line, data)
        given = f"error {answer.code}" if answer.code else answer.kind
        if given != wanted:
            raise Failure(f"{line.split(' ')[0]}: expected {wanted}, got {answer}")
        return answer

    def number(self, line):
        """The answer `number N`, as an integer."""
        return int(self.expect("number", line).text)

    def codec(self, **options):
        self.expect("ok", "codec" + words_of(options))

    def dial(self, kind, options):
        """Have the testee connect to us; gives our socket."""
        self._listeners.discard_waiting()
        self.expect("ok", f"connect {self._listeners.address(kind)}{words_of(options)}")
        self._connected = True
        return self._listeners.accept(kind)

    def hang_up(self):
        if self._connected:
            self.ask("close")


class Partner(Speaker):
    """The testee at the other end; what is wrong with it is told with its name."""

    def ask(self, line, data=None):
        try:
            return super().ask(line, data)
        except Misbehaviour as misbehaviour:
            raise Misbehaviour(f"{self.testee.name}, the other end: {misbehaviour}") from None

    def expect(self, wanted, line, data=None):
        try:
            return super().expect(wanted, line, data)
        except Misbehaviour:
            raise
        except Failure as failure:
            raise Failure(f"{self.testee.name}, the other end: {failure}") from None


class Session(Speaker):
    """One case's use of a testee; close() makes the testee fit for the next."""

    def __init__(self, testee, listeners, company):
        super().__init__(testee, listeners)
        self._company = company
        self._partners = []
        self._ends = []

    def connect(self, kind="unix", **options):
        """Have the testee connect to us; gives our end."""
        return self.far_end_of(self, kind, **options)

    def far_end_of(self, speaker, kind="unix", **options):
        far = FarEnd(speaker.dial(kind, options))
        self._ends.append(far)
        return far

    def partner(self, name=None):
        """Another process: of the testee of that name, or of this one."""
        return self._with(Partner, self._company.process(name or self.testee.name, {}))

    def with_private_key(self, key):
        """Another process of this testee, whose encrypted channels and codecs have this one."""
        environment = {"FIRTH_TEST_PRIVATE_KEY": key.hex()}
        return self._with(Speaker, self._company.process(self.testee.name, environment))

    def _with(self, kind, process):
        speaker = kind(process, self._listeners)
        self._partners.append(speaker)
        return speaker

    def join(self, left, right, left_options, right_options):
        """Connect two speakers with each other, over a relay."""
        left_socket = left.dial("unix", left_options)
        self._ends.append(Relay(left_socket, right.dial("unix", right_options)))

    def close(self):
        for speaker in (self, *self._partners):
            speaker.hang_up()
        self.abandon()

    def abandon(self):
        """Close our ends only."""
        for end in self._ends:
            end.close()
        self._ends.clear()
