"""Facts, shares and sizes as people read them, on every door alike."""

from lambdas.shared.review.request import Fact, Gauge

_UNITS = ("B", "kB", "MB", "GB", "TB")
_STEP = 1000


def fact_in_words(fact: Fact) -> str:
    """`1,000`, `0.25`, or the text as it is."""
    return fact if isinstance(fact, str) else f"{fact:,}"


def share_in_words(gauge: Gauge) -> str:
    """`8.0% (limit 6.0%)`."""
    return f"{gauge.value:.1%} (limit {gauge.limit:.1%})"


def size_in_words(size: int) -> str:
    """`512 B`, `1.2 MB`: three digits at most, in steps of a thousand."""
    amount, unit = float(size), 0
    while amount >= _STEP - 0.5 and unit < len(_UNITS) - 1:
        amount, unit = amount / _STEP, unit + 1
    return (
        f"{amount:.0f} {_UNITS[unit]}"
        if not unit or amount >= 10
        else f"{amount:.1f} {_UNITS[unit]}"
    )
