"""Parse and validate fields of requests.

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
_MAX_URL_LENGTH = 2000
_LABEL = "[a-z0-9&=+$~_-]+"
"""Characters that both RFC 3986 and browsers accept in a host, without those that end a link in
text."""
_ADDRESS = re.compile(
    rf"https://(?P<host>{_LABEL}(\.{_LABEL})*)(:(?P<port>[1-9][0-9]{{0,4}}))?"
    # After the host: printable ASCII except \ < > " and `, and non-ASCII, which gets encoded.
    r"([/?#][!#-;=?-\[\]-_a-~\u00a1-\U0010ffff]*)?",
    re.IGNORECASE | re.ASCII,
)
_UNFIT = re.compile(r"[\s\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""Spaces, lone surrogates, and characters that IRIs must not contain, since they reverse the text
direction.

https://www.rfc-editor.org/rfc/rfc3987#section-4.1
"""
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
_MAX_HOST_LENGTH = 253
_LAST_PORT = 65_535
_NUMBER_AS_HOST = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)", re.IGNORECASE)
"""Hosts that browsers parse as IPv4 addresses, in any notation.

https://url.spec.whatwg.org/#ends-in-a-number-checker
"""
_SHOWN = 100
MAX_LEVELS = 100
"""Levels of nested JSON. Python's parser fails near 1,000."""


def integer(name: str, value: Any, least: int, most: int) -> int:
    """An integer from `least` to `most`."""
    if not _is_number(value) or not least <= value <= most or value != int(value):
        raise InvalidInput(
            f"{name} must be a whole number from {least} to {most}, got {shown(value)}"
        )
    return int(value)


def number(name: str, value: Any) -> int | float:
    """A number short enough to read."""
    if not _is_number(value) or abs(value) > _LARGEST_NUMBER:
        raise InvalidInput(f"{name} must be a number from -10^15 to 10^15, got {shown(value)}")
    return value


def share(name: str, value: Any) -> float:
    """A share from 0 to 1."""
    if not _is_number(value) or not 0 <= value <= 1:
        raise InvalidInput(f"{name} must be a number from 0 to 1, got {shown(value)}")
    return float(value)


def boolean(name: str, value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise InvalidInput(f"{name} must be true or false, got {shown(value)}")
    return value


def one_of(name: str, value: Any, choices: Collection[str]) -> str:
    """One of `choices`."""
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
    """Visible text of several lines."""
    text = visible(value) if isinstance(value, str) else None
    if text is None or len(text) > limit:
        raise InvalidInput(
            f"{name} must be a string of at most {limit} characters, got {shown(value)}"
        )
    return text


def opaque(name: str, value: Any) -> str:
    """An opaque string, returned unchanged. The error does not show it."""
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"{name} must be a non-empty string, got {type(value).__name__}")
    return value


def object_key(name: str, value: Any, limit: int) -> str:
    """An S3 key: any UTF-8, at most `limit` bytes. The error does not show it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
    """
    key = opaque(name, value)
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        raise InvalidInput(f"{name} must be valid UTF-8") from None
    if size > limit:
        raise InvalidInput(f"{name} must be at most {limit} bytes in UTF-8, got {size}")
    return key


def printable(name: str, value: Any, limit: int) -> str:
    """A printable string of at most `limit` bytes. The error does not show it."""
    text = opaque(name, value)
    if len(text.encode("utf-8", "surrogatepass")) > limit:
        raise InvalidInput(f"{name} must be at most {limit} bytes in UTF-8")
    if not text.isprintable():
        raise InvalidInput(f"{name} must contain printable characters only")
    return text


def sha256(name: str, value: Any) -> str:
    """A SHA-256 in hexadecimal, returned in lower case."""
    if not _SHA256.fullmatch(text := opaque(name, value)):
        raise InvalidInput(f"{name} must be 64 hexadecimal digits, got {shown(text)}")
    return text.lower()


def address(name: str, value: Any) -> str:
    r"""An https URL in which every program finds the same host; IRIs become URIs.

    Browsers read `\` as `/` and numbers as IPv4 addresses, map lookalike letters, drop tabs and
    newlines, and decode hosts. URLs that need any of this are rejected, so that the host is the one
    people read. Non-ASCII letters after the host are percent-encoded, as browsers do.
    https://url.spec.whatwg.org/#url-parsing
    https://www.rfc-editor.org/rfc/rfc3987#section-3.1
    """
    found = _ADDRESS.fullmatch(value) if isinstance(value, str) else None
    uri = quote(found[0], safe=_ASCII) if found and not _UNFIT.search(found[0]) else ""
    if (
        not found
        or not 0 < len(uri) <= _MAX_URL_LENGTH
        or not _is_host(found["host"])
        or int(found["port"] or 1) > _LAST_PORT
    ):
        raise InvalidInput(
            f"{name} must be an https URL of at most {_MAX_URL_LENGTH} characters"
            " (percent-encoded) whose host is a DNS name (xn--… if it is not ASCII) or an IPv4"
            rf' address, without user name, spaces, \, <, >, " or `, got {shown(value)}'
        )
    return uri


def _is_host(host: str) -> bool:
    """Whether this is a DNS name or an IPv4 address in dotted decimal notation."""
    if not _NUMBER_AS_HOST.fullmatch(host):
        return len(host) <= _MAX_HOST_LENGTH
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
            f"{name} must be a duration such as 90s, 30m, 24h or 7d, at most this stage's"
            f" reviewTimeout ({longest}), got {shown(value)}"
        )
    return asked


def listed(name: str, value: Any, most: int, least: int = 0) -> list[Any]:
    """A list of `least` to `most` entries."""
    if not isinstance(value, list) or not least <= len(cast("list[Any]", value)) <= most:
        some = "at most" if not least else f"{least} to"
        raise InvalidInput(f"{name} must be a list of {some} {most} entries, got {_counted(value)}")
    return cast("list[Any]", value)


def named(name: str, value: Any, most: int) -> Mapping[str, Any]:
    """An object of at most `most` entries."""
    entries = as_object(name, value)
    if len(entries) > most:
        raise InvalidInput(f"{name} must have at most {most} entries, got {len(entries)}")
    return entries


def fields_of(name: str, value: Any, known: Collection[str]) -> Mapping[str, Any]:
    """An object with known fields only."""
    given = as_object(name, value)
    for field in given:
        if field not in known:
            raise InvalidInput(
                f"{name} has an unknown field {shown(field)}, known fields: {', '.join(known)}"
            )
    return given


def no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Hook for `json.loads` that rejects duplicate names; by default the last one wins."""
    read: dict[str, Any] = {}
    for name, value in pairs:
        if name in read:
            raise InvalidInput(f"names in an object must be unique, got {shown(name)} twice")
        read[name] = value
    return read


def check_depth(name: str, value: Any) -> None:
    """Reject JSON that is nested too deeply for recursive parsers."""
    inside = [value]
    for _ in range(MAX_LEVELS):
        inside = [it for held in inside for it in _held(held)]
    if any(isinstance(it, list | Mapping) for it in inside):
        raise InvalidInput(f"{name} must be nested at most {MAX_LEVELS} levels deep")


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
    """An invalid value for error messages, truncated."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # Python formats no number of more than 4,300 digits
        return "a value that is too large to show"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
