"""The shape of a request, and who may see each field. `request_rules` parses it."""

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
    """The kind of answer."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes_no"


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question to answer with the decision. `choices` is for that kind only."""

    name: str
    label: str
    kind: Kind
    choices: tuple[str, ...] = ()
    """As sent by the caller."""
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
    """One version of an S3 object. Without a version until it is pinned."""

    bucket: Annotated[str, OPERATORS]
    key: Annotated[str, OPERATORS]
    version_id: Annotated[str, OPERATORS] = ""
    sha256: Annotated[str, LINK] = ""
    """Hexadecimal; empty if unknown."""
    name: str = ""
    size: Annotated[int | None, LINK] = None
    """In bytes."""
    link: Annotated[str, LINK] = field(default="", repr=False)
    """The link for people."""

    @property
    def shown_name(self) -> str:
        """The display name: `name`, or the last part of the key, made visible."""
        return self.name or self.file_name

    @property
    def place(self) -> str:
        """Bucket and key for error messages: visible and truncated."""
        return f"{self.bucket}/{spelled(self.key[:_KEY_SHOWN])}"

    @property
    def file_name(self) -> str:
        """The file name for saving: the last part of the key, made visible."""
        return spelled(self.key.rsplit("/", 1)[-1] or self.key)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A question for a person, with the information needed to answer it."""

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
    """Time to decide, if less than the stage's."""
    context: Any = field(default=None, repr=False)
    """Returned to the caller with the answer, never shown."""
    context_bytes: Annotated[int, LINK, SLACK] = 0
    """The size of `context` as JSON, shown to people; 0 without one."""
    started_by: Annotated[str, OPERATORS, SLACK] = ""
    """The parent execution, if the waiting execution names one."""
