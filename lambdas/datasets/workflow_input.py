"""The workflow's input: a file, or the sample. Every field is optional and validated."""

from dataclasses import dataclass
from typing import Any

from lambdas.datasets.names import INCOMING
from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.parsers import (
    fields_of,
    integer,
    line,
    object_key,
    printable,
    share,
    shown,
)
from lambdas.domain.review.request_rules import KEY_LIMIT, REQUESTER_LIMIT, STARTED_BY, TITLE_LIMIT
from lambdas.domain.review.requester import requester

ROWS_LIMIT = 100_000
FILE_KEY_LIMIT = 1000
"""Bytes of a file's key. S3 allows 1,024; the published key is longer than the file's."""
_NO_NAMES = {"", ".", ".."}
"""Parts of a path that programs resolve or drop."""
_SAMPLE = ("rows", "anomaly_rate")
_ALWAYS = ("title", "requested_by", STARTED_BY)


@dataclass(frozen=True, kw_only=True)
class FileInput:
    """A file below `incoming/`; without a version, the latest."""

    key: str
    version_id: str


@dataclass(frozen=True, kw_only=True)
class WorkflowInput:
    """The fields of an execution's input."""

    file: FileInput | None
    """None for the sample."""
    rows: int
    anomaly_rate: float
    title: str
    requested_by: str

    @classmethod
    def parse(cls, data: Any) -> "WorkflowInput":
        """Parse the input. Raises `InvalidInput` with the field, the rule and the value.

        Unknown fields are rejected: they would be mixed with those that the workflow adds.
        """
        data = fields_of("the input", data, ("file", *_SAMPLE, *_ALWAYS))
        both = [name for name in _SAMPLE if name in data]
        if "file" in data and both:
            raise InvalidInput(f"the input must have file or {both[0]}, not both")
        return cls(
            file=_file(data["file"]) if "file" in data else None,
            rows=integer("rows", data.get("rows", 1000), 1, ROWS_LIMIT),
            anomaly_rate=share("anomaly_rate", data.get("anomaly_rate", 0.0)),
            title=title("title", data.get("title", "")),
            requested_by=claimed("requested_by", data.get("requested_by", "")),
        )


def title(name: str, value: Any) -> str:
    """The title of the review, or empty."""
    return line(name, value, TITLE_LIMIT)


def claimed(name: str, value: Any) -> str:
    """The requester, as stated by the caller or the uploader, or empty."""
    return requester(line(name, value, REQUESTER_LIMIT))


def _file(value: Any) -> FileInput:
    given = fields_of("file", value, ("key", "version_id"))
    key = object_key("file.key", given.get("key"), FILE_KEY_LIMIT)
    _, *path = key.split("/")
    if not key.startswith(INCOMING) or not key.isprintable() or _NO_NAMES & set(path):
        raise InvalidInput(
            f"file.key must be the key of a file below {INCOMING}, with printable characters and"
            f" without empty parts, . and .., got {shown(key)}"
        )
    version = given.get("version_id")
    return FileInput(
        key=key,
        version_id="" if version is None else printable("file.version_id", version, KEY_LIMIT),
    )
