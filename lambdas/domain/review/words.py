"""Text forms of facts, shares, counts, sizes and executions, the same in all interfaces."""

import re

from lambdas.domain.review.request import Fact, Gauge

_UNITS = ("B", "kB", "MB", "GB", "TB")
_STEP = 1000
_MAX_DECIMALS = 6
_END_OF_A_HOST = re.compile(r"[/\\?#]")
_OF_AN_ARN = re.compile("arn:[^:]*:[^:]*:[^:]*:[^:]*:(?:execution|function):(.+)")


def is_production(stage: str) -> bool:
    """Whether this is a production stage."""
    return stage.lower().startswith("prod")


def execution_text(arn: str) -> str:
    """The display name of an execution: the part of its ARN after the account."""
    found = _OF_AN_ARN.fullmatch(arn)
    return found[1] if found else arn


def host_of(address: str) -> str:
    """The host of a URL as browsers spell it, with its port: `ci.example.com`."""
    return _END_OF_A_HOST.split(address.partition("//")[2], maxsplit=1)[0].lower()


def fact_text(fact: Fact) -> str:
    """`1,000`, `0.25`, or the text itself."""
    return fact if isinstance(fact, str) else f"{fact:,}"


def share_texts(gauge: Gauge) -> tuple[str, str]:
    """Value and limit, `8.0%` and `6.0%`, with enough decimals to differ."""
    for decimals in range(1, _MAX_DECIMALS):
        shown = f"{gauge.value:.{decimals}%}", f"{gauge.limit:.{decimals}%}"
        if shown[0] != shown[1] or gauge.value == gauge.limit:
            return shown
    return f"{gauge.value:.{_MAX_DECIMALS}%}", f"{gauge.limit:.{_MAX_DECIMALS}%}"


def gauge_text(gauge: Gauge) -> str:
    """`8.0% (limit 6.0%)`."""
    value, limit = share_texts(gauge)
    return f"{value} (limit {limit})"


def counted(number: int, noun: str) -> str:
    """`1 row`, `1,000 rows`: a number with a regular noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size_text(size: int) -> str:
    """`512 B`, `1.2 MB`: at most three digits, in steps of 1,000."""
    amount, unit = float(size), 0
    while amount >= _STEP - 0.5 and unit < len(_UNITS) - 1:
        amount, unit = amount / _STEP, unit + 1
    return (
        f"{amount:.0f} {_UNITS[unit]}"
        if not unit or amount >= 10
        else f"{amount:.1f} {_UNITS[unit]}"
    )
