"""Errors of files. The stage's channel shows their names and messages."""

from collections.abc import Generator
from contextlib import contextmanager

from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.text import spelled, truncated

_SHOWN_KEY = 120
"""Characters of a key, so that the channel, which truncates messages, shows what follows."""


class InvalidFile(Exception):
    """A file that is not a valid dataset. The message says what to change."""


class InvalidRow(InvalidFile):
    """A row that breaks a rule. Rows are counted from 1 after the header, which is row 0."""

    def __init__(self, row: int, problem: str) -> None:
        self.row = row
        super().__init__(f"{f'row {row:,}' if row else 'the header'} {problem}")


class FileNotFound(InvalidFile):
    """No such file, or no such version of it."""


class FileTooLarge(InvalidFile):
    """A file that the functions cannot process within their time limit."""


class InvalidCounts(Exception):
    """An invalid answer of the check function. The message names the field."""


class NotPublished(Exception):
    """The file was not published. The message says why."""


class StorageUnavailable(Exception):
    """AWS did not answer as expected. The workflow retries."""


@contextmanager
def about(key: str) -> Generator[None]:
    """Begin the messages of a file's errors with its key."""
    try:
        yield
    except (InvalidCounts, InvalidFile, InvalidInput, NotPublished) as error:
        error.args = (f"{truncated(spelled(key), _SHOWN_KEY)}: {error}",)
        raise
