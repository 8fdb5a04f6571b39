"""The matrix as one HTML page that needs nothing else."""

from collections import Counter
from html import escape
from pathlib import Path

from runner.matrix import counts, groups_of
from runner.verdict import FAILED, KNOWN, NOT_FOR_IT, PASSED, SURPRISE

TEMPLATE = Path(__file__).with_name("page.html")
SIGNS = {PASSED: "\N{CHECK MARK}", KNOWN: "~", FAILED: "\N{MULTIPLICATION X}", SURPRISE: "!",
         NOT_FOR_IT: "\N{EN DASH}"}


def page(verdict, cases, versions, notes):
    """The whole page; `versions` is {testee: text}, `notes` lines for its head."""
    testees = list(verdict.cells)
    parts = {"VERDICT": "as expected" if verdict.good else "not as expected",
             "STATE": "good" if verdict.good else "bad",
             "NOTES": "".join(f"<li>{escape(note)}</li>" for note in notes),
             "COMPLAINTS": "".join(f"<li>{escape(c)}</li>" for c in verdict.complaints),
             "HEAD": head(testees, versions), "TOTAL": total(verdict, cases, testees),
             "BODY": "".join(group(verdict, name, members, testees)
                             for name, members in groups_of(cases).items())}
    text = TEMPLATE.read_text()
    for name, value in parts.items():
        text = text.replace(f"@{name}@", value)
    return text


def head(testees, versions):
    return "".join(f'<th title="{escape(versions.get(t, ""))}">{escape(t)}</th>' for t in testees)


def total(verdict, cases, testees):
    return "".join(summary(counts(verdict.cells[t], cases)) for t in testees)


def summary(count):
    """One cell that sums up many: numbers, and a bar of what they are."""
    state = next((s for s in (FAILED, SURPRISE, KNOWN, PASSED) if count[s]), NOT_FOR_IT)
    numbers = " ".join(f"{SIGNS[s]}{count[s]}" for s in SIGNS if count[s])
    whole = sum(count.values())
    bar = "".join(f'<i class="{s}" style="width:{100 * count[s] / whole:.2f}%"></i>'
                  for s in SIGNS if count[s])
    return f'<td class="{state}">{numbers}<span class="bar">{bar}</span></td>'


def group(verdict, name, members, testees):
    sums = "".join(summary(Counter(counts(verdict.cells[t], members))) for t in testees)
    rows = "".join(row(verdict, case, testees) for case in members)
    return (f'<tbody class="closed"><tr class="group"><th>{escape(name)} '
            f'<small>{len(members)}</small></th>{sums}</tr>{rows}</tbody>\n')


def row(verdict, case, testees):
    cells = "".join(cell(t, case, verdict.cells[t][case.name]) for t in testees)
    return f'<tr><th title="{escape(case.about)}">{escape(case.name)}</th>{cells}</tr>'


def cell(testee, case, result):
    told = f' title="{escape(f"{testee}: {result.detail}")}"' if result.detail else ""
    return f'<td class="{result.state}"{told}>{SIGNS[result.state]}</td>'
