"""Count the flagged rows of a dataset, and collect what a reviewer should know."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lambdas.datasets.flags import WHY, judged
from lambdas.datasets.records import Delimiter, with_delimiter
from lambdas.domain.review.request import Fact
from lambdas.domain.review.request_rules import CELL_LIMIT, COLUMNS, FACTS, NAME_LIMIT
from lambdas.domain.review.text import likeness, truncated, visible

ROWS, FLAGGED_ROWS, OTHER_REASONS = "Rows", "Flagged rows", "Other reasons"
_NO_REASON = "No reason given"
_PREVIEW_ROWS = 5
_MAX_REASONS = 1000
"""Reasons that are counted one by one, so that memory does not depend on their number."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What is known of a dataset. The details are fields of a request."""

    rows: int
    flagged_rows: int
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    """Besides the numbers of rows."""
    preview: Mapping[str, object] | None = None
    summary: str = ""
    delimiter: Delimiter | None = None
    """None if a function of the user's counted."""

    @property
    def flagged_share(self) -> float:
        """The share of flagged rows, from 0 to 1; 0 without rows."""
        return self.flagged_rows / self.rows if self.rows else 0.0


def count(content: Iterable[bytes], flag_column: str, stated: Delimiter | None) -> Counts:
    """Count the flagged rows of a CSV file. Memory does not depend on its size.

    `stated` is the delimiter, if the file's metadata has it. Raises `InvalidFile`.
    """
    delimiter = stated
    if delimiter is None:
        delimiter, content = with_delimiter(content, flag_column)
    header: list[str] = []
    first: list[list[str]] = []
    reasons: Counter[str] = Counter()
    rows = 0
    for _, fields, reason in judged(content, delimiter, flag_column):
        if not fields:
            continue
        if not header:
            header = fields
            continue
        rows += 1
        if reason is None:
            continue
        if len(first) < _PREVIEW_ROWS:
            first.append(fields)
        known = reason[:CELL_LIMIT]
        if known not in reasons and len(reasons) >= _MAX_REASONS:
            known = OTHER_REASONS
        reasons[known] += 1
    return Counts(
        rows=rows,
        flagged_rows=reasons.total(),
        facts=_facts(reasons) if WHY in header else {},
        preview=_preview(header, first, flag_column) if first else None,
        delimiter=delimiter,
    )


def _facts(reasons: Counter[str]) -> Mapping[str, Fact]:
    """The most frequent reasons with their numbers of rows, and the sum of all others.

    Texts that people may confuse are counted as one. A reason that looks like one of Signoff's own
    facts is among the others.
    """
    alike: dict[str, tuple[str, int]] = {}
    for reason, number in reasons.most_common():
        name = _cut(reason, NAME_LIMIT) or _NO_REASON
        shown, known = alike.get(likeness(name), (name, 0))
        alike[likeness(name)] = shown, known + number
    own = [likeness(it) for it in (ROWS, FLAGGED_ROWS, OTHER_REASONS)]
    others = sum(alike.pop(it, ("", 0))[1] for it in own)
    ranked = sorted(alike.values(), key=lambda it: -it[1])
    most = FACTS - len(own)
    others += sum(number for _, number in ranked[most:])
    return dict(ranked[:most]) | ({OTHER_REASONS: others} if others else {})


def _preview(
    header: Sequence[str], rows: Sequence[Sequence[str]], flag_column: str
) -> Mapping[str, object]:
    """The first flagged rows: the first column, the reason, and then others."""
    others = [n for n, name in enumerate(header) if name not in (flag_column, WHY)]
    why = [header.index(WHY)] if WHY in header else []
    shown = [*others[:1], *why, *others[1:]][:COLUMNS] or [header.index(flag_column)]
    return {
        "columns": [_cut(header[n], NAME_LIMIT) or f"column {n + 1}" for n in shown],
        "rows": [[_cut(row[n], CELL_LIMIT) for n in shown] for row in rows],
    }


def _cut(text: str, limit: int) -> str:
    """The visible text in one line."""
    return truncated(" ".join(visible(text[: 2 * limit]).split()), limit)
