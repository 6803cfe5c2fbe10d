"""Fields of what somebody hands over: each is read by its rule, or refused.

Every function raises `InvalidInput` with the field's name, the rule and the value.
"""

import ipaddress
import math
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any, TypeGuard, cast
from urllib.parse import quote

from lambdas.domain.review.errors import InvalidInput, as_object
from lambdas.domain.review.text import visible

_SHA256 = re.compile("[0-9a-fA-F]{64}")
_DURATION = re.compile("([1-9][0-9]{0,8})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LARGEST_NUMBER = 10**15
_LONGEST_ADDRESS = 2000
_LABEL = "[a-z0-9&=+$~_-]+"
"""What both RFC 3986 and browsers take in a host, but what would end a link in a text."""
_ADDRESS = re.compile(
    rf"https://(?P<host>{_LABEL}(\.{_LABEL})*)(:(?P<port>[1-9][0-9]{{0,4}}))?"
    # Behind the host, all of ASCII that is drawn, but \ < > " and `; and what will be encoded.
    r"([/?#][!#-;=?-\[\]-_a-~\u00a1-\U0010ffff]*)?",
    re.IGNORECASE | re.ASCII,
)
_UNFIT = re.compile(r"[\s\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""Spaces, halves of characters, and what no IRI may have, since it turns the direction around.
https://www.rfc-editor.org/rfc/rfc3987#section-4.1
"""
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
_LONGEST_HOST = 253
_LAST_PORT = 65_535
_NUMBER_AS_HOST = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)", re.IGNORECASE)
"""What browsers read as an IPv4 address, in whichever notation.
https://url.spec.whatwg.org/#ends-in-a-number-checker
"""
_SHOWN = 100
MOST_LEVELS = 100
"""Of nested JSON. Python's parser fails near 1,000."""


def whole(name: str, value: Any, least: int, most: int) -> int:
    """A whole number between the two, both included."""
    if not _is_number(value) or not least <= value <= most or value != int(value):
        raise InvalidInput(
            f"{name} must be a whole number from {least} to {most}, got {shown(value)}"
        )
    return int(value)


def number(name: str, value: Any) -> int | float:
    """A number that people can still read."""
    if not _is_number(value) or abs(value) > _LARGEST_NUMBER:
        raise InvalidInput(f"{name} must be a number from -10^15 to 10^15, got {shown(value)}")
    return value


def share(name: str, value: Any) -> float:
    """A part of the whole: from 0 to 1."""
    if not _is_number(value) or not 0 <= value <= 1:
        raise InvalidInput(f"{name} must be a number from 0 to 1, got {shown(value)}")
    return float(value)


def flag(name: str, value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise InvalidInput(f"{name} must be true or false, got {shown(value)}")
    return value


def one_of(name: str, value: Any, choices: Collection[str]) -> str:
    """One of these words."""
    if not isinstance(value, str) or value not in choices:
        raise InvalidInput(f"{name} must be one of {', '.join(choices)}, got {shown(value)}")
    return str(value)


def line(name: str, value: Any, limit: int, least: int = 0) -> str:
    """One line of visible text."""
    text = visible(value) if isinstance(value, str) else None
    if text is None or not least <= len(text) <= limit or "\n" in text:
        some = "at most" if not least else f"{least} to"
        raise InvalidInput(
            f"{name} must be one line of {some} {limit} characters, got {shown(value)}"
        )
    return text


def paragraphs(name: str, value: Any, limit: int) -> str:
    """Some lines of visible text."""
    text = visible(value) if isinstance(value, str) else None
    if text is None or len(text) > limit:
        raise InvalidInput(
            f"{name} must be a text of at most {limit} characters, got {shown(value)}"
        )
    return text


def exactly(name: str, value: Any) -> str:
    """A text that is somebody else's key, and stays as it is. The error does not show it."""
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"{name} must be a text, got {type(value).__name__}")
    return value


def object_key(name: str, value: Any, limit: int) -> str:
    """A key of S3: any UTF-8, of so many bytes. The error does not show it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
    """
    key = exactly(name, value)
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        raise InvalidInput(f"{name} must be UTF-8, without halves of characters") from None
    if size > limit:
        raise InvalidInput(f"{name} must have at most {limit} bytes in UTF-8, got {size}")
    return key


def printable(name: str, value: Any, limit: int) -> str:
    """The same, which people can read; `limit` counts bytes."""
    text = exactly(name, value)
    if len(text.encode("utf-8", "surrogatepass")) > limit:
        raise InvalidInput(f"{name} must have at most {limit} bytes in UTF-8")
    if not text.isprintable():
        raise InvalidInput(f"{name} must have printable characters only")
    return text


def sha256(name: str, value: Any) -> str:
    """A SHA-256, hexadecimal."""
    if not _SHA256.fullmatch(text := exactly(name, value)):
        raise InvalidInput(f"{name} must be 64 hexadecimal digits, got {shown(text)}")
    return text.lower()


def address(name: str, value: Any) -> str:
    """An https address in which every program finds the same host; an IRI becomes a URI.

    Browsers read `\\` as `/` and numbers as IPv4 addresses, map lookalike letters, drop tabs and
    newlines, and decode hosts. Addresses that need any of this are refused, so the host is the one
    that people read. Non-ASCII letters after the host are percent-encoded, as browsers do.
    https://url.spec.whatwg.org/#url-parsing, https://www.rfc-editor.org/rfc/rfc3987#section-3.1
    """
    found = _ADDRESS.fullmatch(value) if isinstance(value, str) else None
    uri = quote(found[0], safe=_ASCII) if found and not _UNFIT.search(found[0]) else ""
    if (
        not found
        or not 0 < len(uri) <= _LONGEST_ADDRESS
        or not _is_host(found["host"])
        or int(found["port"] or 1) > _LAST_PORT
    ):
        raise InvalidInput(
            f"{name} must be an https address of at most {_LONGEST_ADDRESS} characters"
            " (percent-encoded), whose host is a DNS name (xn--… where it has other letters) or an"
            rf' IPv4 address, without a user name, spaces, \, <, >, " and `, got {shown(value)}'
        )
    return uri


def _is_host(host: str) -> bool:
    """Whether it is a name, or an IPv4 address in the notation that everybody reads."""
    if not _NUMBER_AS_HOST.fullmatch(host):
        return len(host) <= _LONGEST_HOST
    try:
        return bool(ipaddress.IPv4Address(host))
    except ValueError:
        return False


def duration(name: str, value: Any, most: timedelta) -> timedelta:
    """A duration such as `90s`, `30m`, `24h` or `7d`."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    try:
        asked = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None
    except OverflowError:
        asked = None
    if asked is None or asked > most:
        longest = f"{int(most.total_seconds())}s"
        raise InvalidInput(
            f"{name} must be a duration such as 90s, 30m, 24h or 7d, and at most this stage's"
            f" reviewTimeout ({longest}), got {shown(value)}"
        )
    return asked


def listed(name: str, value: Any, most: int, least: int = 0) -> list[Any]:
    """A list of so many entries."""
    if not isinstance(value, list) or not least <= len(cast("list[Any]", value)) <= most:
        some = "at most" if not least else f"{least} to"
        raise InvalidInput(f"{name} must be a list of {some} {most}, got {_counted(value)}")
    return cast("list[Any]", value)


def named(name: str, value: Any, most: int) -> Mapping[str, Any]:
    """An object of so many entries."""
    entries = as_object(name, value)
    if len(entries) > most:
        raise InvalidInput(f"{name} must have at most {most} entries, got {len(entries)}")
    return entries


def fields_of(name: str, value: Any, known: Collection[str]) -> Mapping[str, Any]:
    """An object that has no other fields than the known ones."""
    given = as_object(name, value)
    for field in given:
        if field not in known:
            raise InvalidInput(
                f"{name} has no field {shown(field)}; it may have {', '.join(known)}"
            )
    return given


def no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build a JSON object for `json.loads`, which by itself keeps only the last of equal names."""
    read: dict[str, Any] = {}
    for name, value in pairs:
        if name in read:
            raise InvalidInput(f"an object must have each name once, got {shown(name)} twice")
        read[name] = value
    return read


def check_depth(name: str, value: Any) -> None:
    """Refuse JSON that is nested too deep for programs that read it recursively."""
    inside = [value]
    for _ in range(MOST_LEVELS):
        inside = [it for held in inside for it in _held(held)]
    if any(isinstance(it, list | Mapping) for it in inside):
        raise InvalidInput(f"{name} must be nested at most {MOST_LEVELS} levels deep")


def _held(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return cast("Mapping[str, Any]", value).values()
    return cast("list[Any]", value) if isinstance(value, list) else ()


def _is_number(value: Any) -> TypeGuard[int | float]:
    is_one = isinstance(value, int | float) and not isinstance(value, bool)
    return is_one and (isinstance(value, int) or math.isfinite(value))


def _counted(value: Any) -> str:
    return str(len(cast("list[Any]", value))) if isinstance(value, list) else shown(value)


def shown(value: Any) -> str:
    """A wrong value as errors show it, cut short."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # Python writes out no number of more than 4,300 digits
        return "a value that is too large to show"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
