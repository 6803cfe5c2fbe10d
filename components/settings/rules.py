"""Rules for configuration values: each takes a raw value and returns a typed one.

A raw value is Pulumi's string, or the value in a stage file, which may be a number or a list. A
rule returns or raises `BrokenRuleError`, whatever the value.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar, cast

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTION_DAYS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922}
    | {3288, 3653}
)
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
HIDDEN = "another value (hidden: it is a secret)"


class BrokenRuleError(ValueError):
    """A value that breaks `rule`; `shown` is the printable form of the value."""

    def __init__(self, rule: str, shown: str) -> None:
        super().__init__(f"{rule}, got {shown}")
        self.rule = rule
        self.shown = shown


class ImpossibleRulesError(ValueError):
    """Values that are valid individually, but contradict each other."""


def show(value: object, limit: int = 80) -> str:
    """The value as JSON, truncated; its type if JSON cannot represent it."""
    try:
        text = json.dumps(value[:limit] if isinstance(value, str) else value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return f"a value of type {type(value).__name__}"
    return text if len(text) <= limit + 2 and text.isprintable() else f"{text[:limit]!a} …"


def duration(raw: object) -> timedelta:
    """`90s`, `30m`, `24h` or `7d`, between one second and 364 days.

    An execution ends after a year: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
    """
    return _duration(raw, 1, 364 * UNITS["d"], "must be between 1s and 364d, such as 30m or 7d")


def retention(raw: object) -> timedelta:
    """A duration from 7 days, the time for which evidence is available, to ten years."""
    rule = "must be between 7d and 3653d, such as 90d or 400d"
    return _duration(raw, 7 * UNITS["d"], 3653 * UNITS["d"], rule)


def _duration(raw: object, least: int, most: int, rule: str) -> timedelta:
    if isinstance(raw, str) and re.fullmatch(r"[1-9][0-9]{0,8}[smhd]", raw):
        seconds = int(raw[:-1]) * UNITS[raw[-1]]
        if least <= seconds <= most:
            return timedelta(seconds=seconds)
    raise BrokenRuleError(rule, show(raw))


def show_duration(time: timedelta) -> str:
    """The duration in its largest exact unit, but one day as `24h`."""
    seconds = int(time.total_seconds())
    exact = [unit for unit, length in UNITS.items() if seconds % length == 0]
    unit = "h" if seconds == UNITS["d"] else exact[-1]
    return f"{seconds // UNITS[unit]}{unit}"


def share(raw: object) -> float:
    """A share from 0 to below 1."""
    number: object = raw
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{0,20}\.?[0-9]{1,20}(e-?[0-9]{1,4})?", raw):
        number = float(raw)
    if isinstance(number, int | float) and not isinstance(number, bool) and 0 <= number < 1:
        return float(number)
    raise BrokenRuleError("must be a number from 0 to below 1", show(raw))


def integer(least: int, most: int) -> Callable[[object], int]:
    """An integer from `least` to `most`."""

    def rule(raw: object) -> int:
        number = _integer(raw)
        if number is not None and least <= number <= most:
            return number
        raise BrokenRuleError(f"must be a whole number from {least} to {most}", show(raw))

    return rule


def retention_days(raw: object) -> int:
    """One of the periods that CloudWatch Logs accepts."""
    number = _integer(raw)
    if number is not None and number in RETENTION_DAYS:
        return number
    accepted = ", ".join(str(days) for days in sorted(RETENTION_DAYS))
    raise BrokenRuleError(f"must be a period that CloudWatch Logs accepts ({accepted})", show(raw))


def _integer(raw: object) -> int | None:
    if isinstance(raw, str) and re.fullmatch("[0-9]{1,4}", raw):
        return int(raw)
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def boolean(raw: object) -> bool:
    """True or false."""
    if isinstance(raw, bool):
        return raw
    if raw in ("true", "false"):
        return raw == "true"
    raise BrokenRuleError("must be true or false", show(raw))


def one_of(*choices: str) -> Callable[[object], str]:
    """One of `choices`."""

    def rule(raw: object) -> str:
        if isinstance(raw, str) and raw in choices:
            return raw
        raise BrokenRuleError(f"must be one of {', '.join(choices)}", show(raw))

    return rule


def stage_name(raw: object) -> str:
    """A valid stack name: https://www.pulumi.com/docs/iac/concepts/stacks/#create-stack."""
    if isinstance(raw, str) and re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", raw):
        return raw
    raise BrokenRuleError(
        "must be at most 100 letters, digits, hyphens, underscores and periods", show(raw)
    )


_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = "(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(\.{_ATOM})*@({_LABEL}\.)+(?=[A-Za-z]{{2}}){_LABEL}")


def email(raw: object) -> str:
    """An e-mail address that SNS accepts: ASCII, a domain with a dot, nothing quoted.

    https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2
    """
    text = raw if isinstance(raw, str) and len(raw) <= 254 else ""
    if _EMAIL.fullmatch(text):
        return text
    raise BrokenRuleError('must contain e-mail addresses such as "team@example.com"', show(raw))


def topic_arn(raw: object) -> str:
    """The ARN of a standard SNS topic, whose name has no period."""
    form = r"arn:aws[a-z-]{0,20}:sns:[a-z0-9-]{1,40}:[0-9]{12}:[A-Za-z0-9_-]{1,256}"
    if isinstance(raw, str) and re.fullmatch(form, raw):
        return raw
    raise BrokenRuleError(
        'must be the ARN of a standard SNS topic such as "arn:aws:sns:REGION:111122223333:oncall"',
        show(raw),
    )


def phone_number(raw: object) -> str:
    """A phone number in E.164. Pulumi parses a single one in a list as an integer."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = f"+{raw}"
    if isinstance(raw, str) and re.fullmatch(r"\+[1-9][0-9]{6,14}", raw):
        return raw
    raise BrokenRuleError('must contain phone numbers such as "+4915112345678"', show(raw))


def optional(rule: Callable[[object], T]) -> Callable[[object], T | None]:
    """A value that the rule accepts, or the empty string for None."""
    return lambda raw: None if raw == "" else rule(raw)


def list_of(item: Callable[[object], T], most: int = 50) -> Callable[[object], tuple[T, ...]]:
    """A JSON or YAML list without duplicates."""

    def rule(raw: object) -> tuple[T, ...]:
        parsed = _parsed(raw)
        if not isinstance(parsed, list | tuple):
            raise BrokenRuleError("must be a list", show(raw))
        values = cast("Sequence[object]", parsed)
        if len(values) > most:
            raise BrokenRuleError(f"must have at most {most} entries", str(len(values)))
        items = tuple(item(value) for value in values)
        if len(set(items)) < len(items):
            raise BrokenRuleError("must not contain duplicates", show(values))
        return items

    return rule


def object_of(
    key: Callable[[object], K], value: Callable[[object], V], most: int = 50
) -> Callable[[object], Mapping[K, V]]:
    """A JSON or YAML object."""

    def rule(raw: object) -> Mapping[K, V]:
        parsed = _parsed(raw)
        if not isinstance(parsed, Mapping):
            raise BrokenRuleError("must be an object", show(raw))
        entries = cast("Mapping[object, object]", parsed)
        if len(entries) > most:
            raise BrokenRuleError(f"must have at most {most} entries", str(len(entries)))
        return {key(name): value(entry) for name, entry in entries.items()}

    return rule


def _parsed(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    try:
        return cast("object", json.loads(raw))
    except (ValueError, RecursionError):
        return None
