"""The documentation's pages: their commands, links and headings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

from tests.local_stack import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

README = ROOT / "README.md"
PAGES = (
    README,
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "examples" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
)
_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!`)\]\(([^()\s]+)\)|<img src=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_SHELLS = ("console", "bash", "sh", "shell")


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command as the reader pastes it, with the commands before it in its block."""

    page: str
    text: str
    before: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Name it in a test's id."""
        first, *_ = self.text.split("\n")
        return f"{self.page}: {first}"


def name_of(page: Path) -> str:
    """The path of a page in the repository."""
    return page.relative_to(ROOT).as_posix()


def text_of(page: str) -> str:
    """The text of a page."""
    return (ROOT / page).read_text("utf-8")


def section(page: str, heading: str) -> str:
    """The text below a heading of the second or third level, up to the next one."""
    _, found, rest = text_of(page).partition(f"# {heading}\n")
    assert found, f"{page} has no heading {heading!r}"
    return re.split(r"^##+ ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def first_cells(table: str) -> Sequence[str]:
    """The first cell of each row of the tables in a text, headings included."""
    return re.findall(r"^\| (.*?) \|", table, re.MULTILINE)


def commands() -> Sequence[Command]:
    """All commands of all pages, each text once."""
    found: dict[str, Command] = {}
    for page in PAGES:
        for block in _shell_blocks(page):
            texts = _texts(block)
            for number, text in enumerate(texts):
                before = tuple(texts[:number])
                command = Command(page=name_of(page), text=text, before=before)
                found.setdefault(text, command)
    return list(found.values())


def inline_commands() -> set[tuple[str, str]]:
    """The commands of the command line within sentences, each with its page."""
    return {
        (name_of(page), text)
        for page in PAGES
        for text in re.findall(r"`(signoff [a-z][^`]*)`", _BLOCK.sub("", page.read_text("utf-8")))
    }


def links(page: Path) -> Iterator[str]:
    """The addresses that a page links to or shows."""
    for link, image in _LINK.findall(_BLOCK.sub("", page.read_text("utf-8"))):
        yield link or image


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = _BLOCK.sub("", page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", it.lower()).replace(" ", "-") for it in _HEADING.findall(text)}


def _shell_blocks(page: Path) -> Iterator[str]:
    for indent, language, block in _BLOCK.findall(page.read_text("utf-8")):
        if language in _SHELLS:
            yield dedent(block) if indent else block


def _texts(block: str) -> list[str]:
    """Split a block at its prompts; what has none continues the command before it."""
    assert block.startswith("$ "), f"a command begins with a prompt: {block}"
    return [it.rstrip("\n") for it in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]


OF_PULUMI = tuple(it for it in commands() if it.text.startswith("pulumi "))
"""What `tests/engine/test_documentation.py` runs on Pulumi's own engine."""
