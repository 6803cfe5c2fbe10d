"""CSV files in the accepted dialects, written by rules of their own, for property tests."""

import gzip
import string
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from lambdas.datasets.flags import WHY
from lambdas.datasets.records import Delimiter

FLAG = "flagged"
_YES = ("true", "True", "TRUE", "1", "yes", "Yes")
_NO = ("false", "False", "0", "no", "NO", "")


@dataclass(frozen=True, kw_only=True)
class CsvFile:
    """A file, and the records that it was written from."""

    delimiter: Delimiter
    header: bytes
    """With the byte order mark, if the file has one."""
    records: tuple[bytes, ...]
    rows: tuple[tuple[str, ...], ...]
    flagged: tuple[bool, ...]
    compressed: bool

    @property
    def text(self) -> bytes:
        """The whole file, not compressed."""
        return self.header + b"".join(self.records)

    @property
    def body(self) -> bytes:
        """The whole file, as uploaded."""
        return gzip.compress(self.text, mtime=0) if self.compressed else self.text

    @property
    def good(self) -> bytes:
        """The header and the records that are not flagged, as they are in the file."""
        kept = (it for it, flagged in zip(self.records, self.flagged, strict=True) if not flagged)
        return self.header + b"".join(kept)


_NAMES = st.text(string.ascii_letters, min_size=1, max_size=8).filter(
    lambda it: it.lower() not in (FLAG, WHY)
)
_TEXTS = st.text(
    st.one_of(
        st.sampled_from(list(',;\t"\n\r =é€😀\u200b\u2028')),
        st.characters(exclude_categories=("Cs",), exclude_characters="\0"),
    ),
    max_size=12,
)


@st.composite
def csv_files(draw: st.DrawFn) -> CsvFile:
    """Any file: delimiter, line breaks, quotes, byte order mark, compression."""
    delimiter = draw(st.sampled_from(list(Delimiter)))
    has_why = draw(st.booleans())
    names = draw(st.lists(_NAMES, max_size=4))
    own = [FLAG, WHY] if has_why else [FLAG]
    columns: list[str] = draw(st.permutations([*own, *names]))
    ends = draw(st.sampled_from([["\n"], ["\r\n"], ["\n", "\r\n"]]))
    rows: list[tuple[str, ...]] = []
    flagged: list[bool] = []
    for _ in range(draw(st.integers(0, 8))):
        is_flagged = draw(st.booleans())
        cells = {name: draw(_TEXTS) for name in names}
        cells[WHY] = draw(_TEXTS) if is_flagged else ""
        by_why = has_why and is_flagged and cells[WHY]
        cells[FLAG] = draw(st.sampled_from(_NO if by_why or not is_flagged else _YES))
        rows.append(tuple(cells[it] for it in columns))
        flagged.append(is_flagged)

    def written(cells: Sequence[str]) -> str:
        fields = [_field(draw, cell, delimiter) for cell in cells]
        if fields == [""]:  # would be an empty line
            fields = ['""']
        return delimiter.join(fields) + draw(st.sampled_from(ends))

    lines = [written(cells) for cells in (columns, *rows)]
    if draw(st.booleans()):
        lines[-1] = lines[-1].removesuffix("\n").removesuffix("\r")
    mark = draw(st.sampled_from(["", "\ufeff"]))
    return CsvFile(
        delimiter=delimiter,
        header=(mark + lines[0]).encode(),
        records=tuple(it.encode() for it in lines[1:]),
        rows=(tuple(columns), *rows),
        flagged=tuple(flagged),
        compressed=draw(st.booleans()),
    )


def _field(draw: st.DrawFn, text: str, delimiter: str) -> str:
    needs_quotes = any(it in text for it in (delimiter, '"', "\n", "\r"))
    if needs_quotes or draw(st.booleans()):
        return '"' + text.replace('"', '""') + '"'
    return text


def in_blocks(body: bytes, size: int) -> list[bytes]:
    """The bytes in blocks of this size."""
    return [body[n : n + size] for n in range(0, len(body), size)]
