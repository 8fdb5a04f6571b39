"""Interleaved rounds: each contender in turn, in every round; medians of ratios."""

import statistics


def times_for(pair, case, seconds):
    """How often a case fits into so many seconds; the first time is not looked at."""
    pair.seconds(case, 1)
    times, took = 1, pair.seconds(case, 1)
    while took < seconds / 4:
        times *= 2
        took = pair.seconds(case, times)
    return max(1, round(times * seconds / took))


def measure(case, base, subject, rounds, seconds):
    """Both pairs do a case in `rounds` rounds of about `seconds` each. Seconds an operation,
    and how many times as fast the subject is: the median of the rounds and the quartiles."""
    rounds = min(rounds, case["rounds"] or rounds)
    pairs = base, subject
    times = [times_for(pair, case, seconds) for pair in pairs]
    found = [[pair.seconds(case, n) / n for pair, n in zip(pairs, times)] for _ in range(rounds)]
    ratios = sorted(of_base / of_subject for of_base, of_subject in found)
    low, _, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return {
        "group": case["group"], "name": case["name"], "at_least": case["at_least"],
        "rounds": rounds,
        "base_seconds": _short(statistics.median(of_base for of_base, _ in found)),
        "subject_seconds": _short(statistics.median(of_subject for _, of_subject in found)),
        "ratio": _short(statistics.median(ratios)), "low": _short(low), "high": _short(high),
    }


def _short(number):
    return float(f"{number:.4g}")


def reached(result):
    return result["ratio"] >= result["at_least"]
