"""Normalize text from others: visible characters, escapes, and comparable forms."""

import re
from unicodedata import normalize

_UNSEEN = re.compile(
    "["
    # Control characters, and lone surrogates, which neither tables nor messages accept.
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff"
    # Default ignorable code points: zero-width and bidirectional characters, fillers, tags.
    # https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
    # Letters and symbols that render as blank.
    "\u2800\U00016fe4\U0001d159"
    "]"
)

_ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_NOT_DRAWN = re.compile(rf"{_UNSEEN.pattern}|[\x09-\x0d\x1c-\x1f\x85\u2028\u2029\ue000-\uf8ff]")


def visible(text: str) -> str:
    """The text without invisible characters, so that text that looks empty is empty.

    Line breaks remain; other white space becomes a space, and is stripped at line and text ends.
    """
    lines = _UNSEEN.sub("", text).splitlines()
    return "\n".join(re.sub(r"\s", " ", line).rstrip() for line in lines).strip()


def spelled(text: str) -> str:
    """The text in one line, with invisible characters escaped.

    Characters that render as a space become a plain one.
    """
    spaced = _ODD_SPACE.sub(" ", text)
    return _NOT_DRAWN.sub(lambda it: it[0].encode("unicode_escape").decode(), spaced)


def truncated(text: str, limit: int) -> str:
    """The text, or as much of it as fits into `limit` characters with an ellipsis."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def likeness(text: str) -> str:
    """A normalized form, the same for all texts that people may confuse.

    Without case and invisible characters, with one form per character and single spaces.
    https://www.unicode.org/reports/tr31/#NFKC_Modifications
    """
    folded = normalize("NFKC", normalize("NFKC", visible(text)).casefold())
    return " ".join(visible(folded).split())
