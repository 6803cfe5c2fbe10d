"""What a caller hands to the gate: shapes only, and who may see each field.

How each is read says `request_rules`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from lambdas.domain.review.audience import LINK, LISTS, OPERATORS, SLACK, TOPIC
from lambdas.domain.review.text import spelled, visible

_KEY_SHOWN = 100
_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?(e[+-]?[0-9]+)?%?")
_SCALES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_SCALE_ROOM = 1.1

Fact: TypeAlias = str | int | float
Answer: TypeAlias = str | int | float | bool


class Kind(StrEnum):
    """What a question is answered with."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes_no"


@dataclass(frozen=True, kw_only=True)
class Question:
    """Asked with the decision. `choices` belong to the kind of that name alone."""

    name: str
    label: str
    kind: Kind
    choices: tuple[str, ...] = ()
    """Exactly as the caller sent them."""
    required: bool = False

    @property
    def shown_choices(self) -> tuple[str, ...]:
        """The choices as people read them."""
        return tuple(map(visible, self.choices))


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """A share and its limit, both from 0 to 1."""

    value: float
    limit: float
    name: str = "Share"

    @property
    def scale(self) -> float:
        """The end of the scale on which the share is drawn, with room beyond value and limit."""
        least = _SCALE_ROOM * max(self.value, self.limit)
        return next((it for it in _SCALES if it >= least), 1.0)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A small table; every row has as many cells as there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Fact, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row must have as many cells as there are columns")

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Which columns hold only numbers and empty cells; a number may be a string."""
        return tuple(map(_is_numeric, zip(*self.rows, strict=True))) or (False,) * len(self.columns)


def _is_numeric(cells: tuple[Fact, ...]) -> bool:
    shown = [it for it in cells if it != ""]
    return bool(shown) and all(_NUMBER.fullmatch(str(it)) for it in shown)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One version of an S3 object. Where nobody has pinned it yet, there is no version."""

    bucket: Annotated[str, OPERATORS]
    key: Annotated[str, OPERATORS]
    version_id: Annotated[str, OPERATORS] = ""
    sha256: Annotated[str, LINK] = ""
    """Hexadecimal; empty where nobody knows it."""
    name: str = ""
    size: Annotated[int | None, LINK] = None
    """In bytes."""
    link: Annotated[str, LINK] = field(default="", repr=False)
    """What people follow to it."""

    @property
    def shown_name(self) -> str:
        """What people call it: its own name, or the last part of its key, made visible."""
        return self.name or self.file_name

    @property
    def place(self) -> str:
        """Its bucket and key, as errors show them: visible, and cut short."""
        return f"{self.bucket}/{spelled(self.key[:_KEY_SHOWN])}"

    @property
    def file_name(self) -> str:
        """The name under which it is saved: the last part of its key, made visible."""
        return spelled(self.key.rsplit("/", 1)[-1] or self.key)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A question that a person answers, and what they need for it."""

    title: Annotated[str, LISTS, LINK, SLACK, TOPIC]
    summary: Annotated[str, LINK, SLACK] = ""
    facts: Annotated[Mapping[str, Fact], LINK, SLACK] = field(default_factory=dict[str, Fact])
    gauge: Annotated[Gauge | None, LINK, SLACK] = None
    evidence: Annotated[tuple[Evidence, ...], SLACK] = ()
    preview: Annotated[Preview | None, LINK, SLACK] = None
    links: Annotated[Mapping[str, str], LINK, SLACK] = field(default_factory=dict[str, str])
    questions: Annotated[tuple[Question, ...], LINK, SLACK] = ()
    requested_by: Annotated[str, LISTS, LINK, SLACK, TOPIC] = ""
    timeout: timedelta | None = None
    """How long people have, where that is less than the stage gives them."""
    context: Any = field(default=None, repr=False)
    """The caller's own: comes back with the answer, and is shown to nobody."""
    context_bytes: Annotated[int, LINK, SLACK] = 0
    """Its size as JSON, which people see; 0 where there is none."""
    started_by: Annotated[str, OPERATORS, SLACK] = ""
    """The execution that started the one that waits, where it says so."""
