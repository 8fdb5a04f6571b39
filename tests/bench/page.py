"""Results as text, and as tables of a page of the documentation."""

from measuring import reached


def time_text(seconds):
    for unit, factor in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1 or unit == "us":
            return f"{seconds * factor:.3g} {unit}"


def ratio_text(ratio):
    return f"{ratio:.3g}" if ratio < 100 else f"{ratio:.0f}"


def _cells(result):
    wanted = f"{result['at_least']:g}" + ("" if reached(result) else " (not reached)")
    return (result["name"], time_text(result["base_seconds"]),
            time_text(result["subject_seconds"]), ratio_text(result["ratio"]),
            f"{ratio_text(result['low'])} to {ratio_text(result['high'])}", wanted, str(result["rounds"]))


def _groups(results):
    return dict.fromkeys(result["group"] for result in results["cases"])


def _headings(results):
    return (results["base"], results["subject"], "times as fast", "quartiles", "at least", "rounds")


def text_line(result):
    name, base, subject, ratio, spread, wanted, _ = _cells(result)
    return f"{ratio:>6} times as fast ({spread}; at least {wanted}): {base}, {subject}: {name}"


def table(results):
    """All groups, as tables of Markdown."""
    lines = [" ".join(about_lines(results))]
    for group in _groups(results):
        lines += ["", f"| {group} | " + " | ".join(_headings(results)) + " |",
                  "| --- |" + " ---: |" * len(_headings(results))]
        lines += ["| " + " | ".join(_cells(result)) + " |"
                  for result in results["cases"] if result["group"] == group]
    return "\n".join(lines) + "\n"


def about_lines(results):
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    return (f"Measured {results['date']} with {versions}, on {results['machine']}.",
            f"{results['rounds']} rounds but where said.")


def marks(name):
    return f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"


def section(page, name):
    """The part of a page that is made from results: (before, it, after)."""
    begin, end = marks(name)
    before, _, rest = page.partition(begin)
    part, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"the page has no part {name}")
    return before + begin, part, end + after
