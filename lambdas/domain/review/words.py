"""Facts, shares, sizes, stages and executions as people know them, at every door alike."""

import re

from lambdas.domain.review.request import Fact, Gauge

_UNITS = ("B", "kB", "MB", "GB", "TB")
_STEP = 1000
_END_OF_A_HOST = re.compile(r"[/\\?#]")
_OF_AN_ARN = re.compile("arn:[^:]*:[^:]*:[^:]*:[^:]*:(?:execution|function):(.+)")


def is_production(stage: str) -> bool:
    """Whether a stage must not be taken for another."""
    return stage.lower().startswith("prod")


def execution_in_words(arn: str) -> str:
    """What people call an execution: what stands behind the account."""
    found = _OF_AN_ARN.fullmatch(arn)
    return found[1] if found else arn


def host_of(address: str) -> str:
    """Where an address leads, whole, as browsers spell it: `ci.example.com`, with its port."""
    return _END_OF_A_HOST.split(address.partition("//")[2], maxsplit=1)[0].lower()


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
