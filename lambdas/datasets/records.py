"""Read the records of a CSV file as a stream, strictly, so that every program reads the same.

RFC 4180 with a comma, a semicolon or a tab, in UTF-8. What programs read in different ways is an
error: quotes within unquoted fields, carriage returns that end no line, NUL, rows of different
lengths. https://www.rfc-editor.org/rfc/rfc4180
"""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import TypeAlias

from lambdas.datasets.errors import InvalidFile, InvalidRow
from lambdas.domain.review.words import counted

BOM = "\ufeff"
MAX_RECORD = 1024 * 1024
"""Characters of a record, line breaks included."""
EMPTY = "the file is empty: its first line must name the columns"
_BROKEN = (
    "is not valid CSV: enclose each field that has a quote, a delimiter or a line break in quotes,"
    " and double the quotes inside it"
)


class Delimiter(StrEnum):
    """What separates fields."""

    COMMA = ","
    SEMICOLON = ";"
    TAB = "\t"


DELIMITERS: Mapping[str, Delimiter] = {it.name.lower(): it for it in Delimiter}
"""By name, as in metadata and outputs."""


Record: TypeAlias = tuple[str, list[str]]
"""A record as it is in the file, line break included, and its fields without quotes. An empty line
has no fields. A plain tuple, since a named one takes as long as all the rest."""


def _strict(delimiter: Delimiter) -> re.Pattern[str]:
    field = rf'(?:"[^"\0]*(?:""[^"\0]*)*"|[^"\r\n\0{delimiter}]*)'
    return re.compile(rf"{field}(?:{delimiter}{field})*(?:\r?\n)?")


_STRICT: Mapping[Delimiter, re.Pattern[str]] = {it: _strict(it) for it in Delimiter}


def records(blocks: Iterable[bytes], delimiter: Delimiter) -> Generator[Record]:
    """Yield the header and then the rows of a file, given in blocks of any size.

    The records' `raw` texts are the whole file. Raises `InvalidRow`.
    """
    text = _Text(blocks)
    strict, mark, width, row = _STRICT[delimiter], BOM, 0, 0
    try:
        for fields in csv.reader(text.lines(), delimiter=delimiter, strict=True):
            raw = text.take()
            is_unsure = '"' in raw or text.is_suspicious
            if is_unsure and not strict.fullmatch(raw.removeprefix(mark)):
                raise InvalidRow(row, _BROKEN)
            mark = ""
            if fields:
                if len(fields) != width:
                    if row:
                        found = counted(len(fields), "field")
                        problem = f"has {found}, but the header has {width}"
                        raise InvalidRow(row, problem)
                    width = len(fields)
                row += 1
            yield raw, fields
    except (csv.Error, UnicodeDecodeError, _TooLong) as error:
        raise InvalidRow(row, _problem(error)) from None


def header_of(blocks: Iterable[bytes], delimiter: Delimiter) -> list[str]:
    """The names of the columns. Raises `InvalidFile`."""
    for _, fields in records(blocks, delimiter):
        if fields:
            return fields
    raise InvalidFile(EMPTY)


def with_delimiter(blocks: Iterable[bytes], column: str) -> tuple[Delimiter, Iterator[bytes]]:
    """Find the delimiter with which the header has this column, and return it with all blocks.

    Raises `InvalidFile` if there is no such delimiter, or more than one.
    """
    blocks = iter(blocks)
    head: list[bytes] = []
    size = 0
    for block in blocks:
        head.append(block)
        size += len(block)
        if size > MAX_RECORD:
            break
    headers: dict[Delimiter, list[str]] = {}
    problem: InvalidFile | None = None
    for delimiter in Delimiter:
        try:
            headers[delimiter] = header_of(head, delimiter)
        except InvalidFile as error:
            problem = error
    if not headers and problem:
        raise problem
    fitting = [it for it, names in headers.items() if column in names]
    if len(fitting) > 1 and len(max(headers.values(), key=len)) > 1:
        names = " or ".join(it.name.lower() for it in fitting)
        raise InvalidFile(
            f"the header can be read with {names} as delimiter:"
            " state it in the file's metadata (delimiter)"
        )
    found = fitting[0] if fitting else max(headers, key=lambda it: len(headers[it]))
    return found, itertools.chain(head, blocks)


class _TooLong(Exception):
    """A record exceeds `MAX_RECORD`."""


class _Text:
    """The text of a file, from which `csv.reader` takes the lines of one record at a time."""

    is_suspicious = False
    """Whether the text may contain characters that `csv` accepts and `_STRICT` does not, besides
    quotes."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = blocks
        self._taken: list[str] = []
        self._mark = ""

    def take(self) -> str:
        """The lines since the last call, with the byte order mark before the first."""
        taken = self._taken
        text = taken[0] if len(taken) == 1 else "".join(taken)
        taken.clear()
        if self._mark:
            text, self._mark = self._mark + text, ""
        return text

    def lines(self) -> Generator[str]:
        """Yield lines that end with `\\n`, and the rest."""
        taken, length = self._taken, 0
        for lines in self._complete_lines():
            self.is_suspicious = lines.count("\r") != lines.count("\r\n") or "\0" in lines
            for line in io.StringIO(lines, newline="\n"):
                length = length + len(line) if taken else len(line)
                if length > MAX_RECORD:
                    raise _TooLong
                taken.append(line)
                yield line

    def _complete_lines(self) -> Generator[str]:
        """Yield the text in pieces that end with `\\n`, and the rest."""
        rest, is_start = "", True
        for text in _decoded(self._blocks):
            if is_start and text:
                self._mark = BOM if text.startswith(BOM) else ""
                text, is_start = text.removeprefix(BOM), False
            end = text.rfind("\n") + 1
            if end:
                yield rest + text[:end]
                rest = text[end:]
            else:
                rest += text
            if len(rest) > MAX_RECORD:
                raise _TooLong
        yield rest


def _decoded(blocks: Iterable[bytes]) -> Generator[str]:
    """Decode UTF-8. All text before an error is yielded first."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in blocks:
            yield decoder.decode(block)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        yield error.object[: error.start].decode()
        raise


def _problem(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "is not valid UTF-8: save the file as UTF-8"
    if isinstance(error, _TooLong) or "limit" in str(error):
        return (
            f"is longer than {MAX_RECORD:,} characters, or one of its fields than"
            f" {csv.field_size_limit():,}: a closing quote may be missing"
        )
    return _BROKEN
