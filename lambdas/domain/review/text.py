"""Text from elsewhere, as far as people can see it."""

import re
from unicodedata import normalize

_UNSEEN = re.compile(
    "["
    # Control characters; halves of characters, which no table and no message takes.
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff"
    # What Unicode lets programs ignore: zero-width and bidirectional characters, fillers, tags.
    # https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
    # Letters and symbols that are drawn as nothing.
    "\u2800\U00016fe4\U0001d159"
    "]"
)

_ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_NOT_DRAWN = re.compile(rf"{_UNSEEN.pattern}|[\x09-\x0d\x1c-\x1f\x85\u2028\u2029\ue000-\uf8ff]")


def visible(text: str) -> str:
    """The text without what nobody can see, so that what looks empty is empty.

    Lines stay lines; any other space becomes a plain one, and none stays at the ends.
    """
    lines = _UNSEEN.sub("", text).splitlines()
    return "\n".join(re.sub(r"\s", " ", line).rstrip() for line in lines).strip()


def spelled(text: str) -> str:
    """The text in one line, with each invisible character as its escape.

    What is drawn as a space becomes a plain one.
    """
    spaced = _ODD_SPACE.sub(" ", text)
    return _NOT_DRAWN.sub(lambda it: it[0].encode("unicode_escape").decode(), spaced)


def likeness(text: str) -> str:
    """One form for all texts that people may take for each other.

    Without case and invisible characters, with one form of each character and single spaces.
    https://www.unicode.org/reports/tr31/#NFKC_Modifications
    """
    folded = normalize("NFKC", normalize("NFKC", visible(text)).casefold())
    return " ".join(visible(folded).split())
