"""Phrases that the product does not use: `banned.txt` declares them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A banned phrase in a text: its line from 1, the words, and what to write instead."""

    line: int
    phrase: str
    instead: str


def findings(text: str) -> Iterator[Finding]:
    """Find banned phrases, including those across line breaks."""
    for phrase, instead in _banned():
        for match in phrase.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield Finding(line=line, phrase=" ".join(match[0].split()), instead=instead)


@cache
def _banned() -> list[tuple[re.Pattern[str], str]]:
    declared = Path(__file__).with_name("banned.txt").read_text().splitlines()
    pairs = [line.split(" -> ") for line in declared if line and not line.startswith("#")]
    # A space also stands for a line break, with the comment sign of the next line.
    return [(re.compile(it.replace(" ", r"\s+(?:#\s+)?"), re.I), advice) for it, advice in pairs]
