"""The texts of the product, collected for proofreading. `make check` finds banned phrases."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from signoff.__main__ import COMMANDS, signoff
from tests.golden import compare
from tests.language.banned import findings
from tests.language.same_code import is_same_code
from tests.language.texts import collected

COLLECTED = Path(__file__).parent / "golden_files" / "texts.md"


def help_texts() -> str:
    """The help of the command line and of each of its commands."""
    parts: list[str] = []
    for name in ([], *([it] for it in COMMANDS)):
        result = CliRunner().invoke(
            signoff, [*name, "--help"], prog_name="signoff", terminal_width=100
        )
        parts.append(f"## {' '.join(('signoff', *name))}\n\n```\n{result.output}```\n")
    return "\n".join(parts)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("It asks whoever\n    requested it.", "whoever"),
        ("# The caller is\n# told so.", "is # told"),
    ],
)
def test_a_phrase_is_found_across_lines(text: str, phrase: str) -> None:
    assert [it.phrase for it in findings(text)] == [phrase]


def test_every_text_is_collected(renew: bool) -> None:
    """Keep all messages, errors and help texts in one file for proofreading."""
    compare(COLLECTED, f"{collected()}\n{help_texts()}", renew=renew)


SOURCE = '''"""A module."""
def greet(name: str) -> str:
    """Greet."""
    return f"Hello, {name}: {len(name)}"  # by name
'''


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("Greet.", "Return a greeting.", True),
        ("by name", "a comment", True),
        ("Hello, ", "Dear ", True),
        ('    """Greet."""\n', "", True),
        ("len(name)", "len(name) + 1", False),
        ("greet", "welcome", False),
        (": {len(name)}", "", False),
    ],
)
def test_code_is_compared_without_words(old: str, new: str, *, same: bool) -> None:
    assert is_same_code(SOURCE, SOURCE.replace(old, new)) is same
