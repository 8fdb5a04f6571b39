"""The matrix as text."""

from collections import Counter

from runner.verdict import FAILED, KNOWN, NOT_FOR_IT, PASSED, SURPRISE

MOST_FAILURES = 20


def groups_of(cases):
    """{group: [case, ...]}, in order."""
    groups = {}
    for case in cases:
        groups.setdefault(case.group, []).append(case)
    return groups


def counts(column, cases):
    return Counter(column[case.name].state for case in cases)


def shown(count):
    """A cell of the matrix: how many passed, ~ failed as listed, ! are wrong, - are not for it."""
    signs = {"": count[PASSED], "~": count[KNOWN], "!": count[FAILED] + count[SURPRISE],
             "-": count[NOT_FOR_IT]}
    return " ".join(f"{sign}{number}" for sign, number in signs.items() if number) or "0"


def matrix(verdict, cases):
    """Groups down, testees across, totals below."""
    names = list(verdict.cells)
    rows = [[group, *(shown(counts(verdict.cells[name], members)) for name in names)]
            for group, members in groups_of(cases).items()]
    total = ["total", *(shown(counts(verdict.cells[name], cases)) for name in names)]
    legend = "~ fails as listed, with a reason   ! fails, or passes though listed   " \
             "- not for this testee: it has no such thing"
    return table(["cases", *names], rows, total) + "\n" + legend


def table(head, rows, total):
    widths = [max(len(row[i]) for row in [head, *rows, total]) for i in range(len(head))]
    rule = "-" * (sum(widths) + 2 * len(widths) - 2)

    def line(row):
        cells = [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:]))]
        return "  ".join(cells)
    return "\n".join([line(head), rule, *map(line, rows), rule, line(total)])


def failures(verdict):
    """What is wrong, testee by testee, the first of each; then with the list."""
    lines = [line for testee, column in verdict.cells.items()
             for line in failures_of(testee, column)]
    return "\n".join(lines + [f"expected failures: {c}" for c in verdict.complaints])


def failures_of(testee, column):
    wrong = [f"{testee}  {case}\n    {cell.detail}" for case, cell in column.items() if not cell.good]
    more = len(wrong) - MOST_FAILURES
    return wrong[:MOST_FAILURES] + ([f"{testee}  ... and {more} more"] if more > 0 else [])
