"""Which rows of a dataset are flagged, and why: the one rule, for checking and for publishing."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

from lambdas.datasets.errors import InvalidFile, InvalidRow
from lambdas.datasets.records import EMPTY, Delimiter, records
from lambdas.domain.review.text import likeness, spelled, truncated

WHY = "why"
"""The optional column with the reason for the flag."""
_FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "1", "yes"), True),
    **dict.fromkeys(("false", "0", "no", ""), False),
}
_SHOWN = 40
_SHOWN_NAMES = 150
"""Characters of all names of columns in an error, so that the channel shows what follows."""

Judged: TypeAlias = tuple[str, list[str], str | None]
"""A record, and why it is flagged, possibly empty; None if it is not."""


def judged(blocks: Iterable[bytes], delimiter: Delimiter, flag_column: str) -> Generator[Judged]:
    """Yield every record of a file, the header and empty lines included, which are not flagged.

    Raises `InvalidFile`.
    """
    columns: Columns | None = None
    row = 0
    for raw, fields in records(blocks, delimiter):
        if not fields:
            yield raw, fields, None
        elif columns is None:
            columns = Columns.of(fields, flag_column)
            yield raw, fields, None
        else:
            row += 1
            yield raw, fields, columns.reason(row, fields)
    if columns is None:
        raise InvalidFile(EMPTY)


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The columns of a dataset; `flag` and `why` are positions."""

    names: tuple[str, ...]
    flag: int
    why: int | None

    @classmethod
    def of(cls, names: Sequence[str], flag_column: str) -> Self:
        """Read the header. Raises `InvalidFile` for a missing or repeated column, and for one that
        other programs may take for it: some ignore case or spaces."""
        own = (flag_column, WHY)
        alike = {likeness(it): it for it in own}
        for name in names:
            if name not in own and (meant := alike.get(likeness(name))):
                raise InvalidFile(
                    f'the header has the column "{spelled(name)[:_SHOWN]}", which some programs'
                    f' take for "{meant}": rename it'
                )
        for name in own:
            if names.count(name) > 1:
                raise InvalidFile(
                    f'the header has the column "{name}" {names.count(name)} times:'
                    " rename all but one"
                )
        if flag_column not in names:
            present = ", ".join(f'"{it[:_SHOWN]}"' for it in names[:_SHOWN])
            present = truncated(present, _SHOWN_NAMES)
            raise InvalidFile(
                f'the header has no column "{flag_column}", only {present}: add the column, or set'
                " flagColumn to the one with the flags"
            )
        return cls(
            names=tuple(names),
            flag=names.index(flag_column),
            why=names.index(WHY) if WHY in names else None,
        )

    def reason(self, row: int, fields: Sequence[str]) -> str | None:
        """Why this row is flagged, possibly empty; None if it is not.

        Raises `InvalidRow` for a flag that is neither yes nor no.
        """
        flag = fields[self.flag]
        is_flagged = _FLAGS.get(flag)
        if is_flagged is None:
            is_flagged = _FLAGS.get(flag.lower())
        if is_flagged is None:
            raise InvalidRow(
                row,
                f'has "{flag[:_SHOWN]}" in column "{self.names[self.flag]}", which must be true,'
                " false, 1, 0, yes, no or empty",
            )
        why = fields[self.why] if self.why is not None else ""
        return why if is_flagged or why else None
