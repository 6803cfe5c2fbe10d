"""Check a file: pin its version, count its flagged rows, and write the request for a review."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lambdas.datasets import metadata
from lambdas.datasets.counts import FLAGGED_ROWS, ROWS, Counts, count
from lambdas.datasets.errors import InvalidFile, about
from lambdas.datasets.limits import SecondsLeft, check_size
from lambdas.datasets.names import INCOMING
from lambdas.datasets.objects import File, blocks, find, hashed, opened, timed
from lambdas.datasets.publishing import QUESTION
from lambdas.datasets.records import DELIMITERS, Delimiter
from lambdas.datasets.workflow_input import WorkflowInput, claimed, title
from lambdas.domain.review.request_rules import FILE_NAME_LIMIT, TITLE_LIMIT, parse_request
from lambdas.domain.review.text import truncated, visible
from lambdas.domain.review.words import counted

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_SAMPLE_NAME = "dataset.csv"
_LONGEST = timedelta(days=364)
_STATED: Mapping[str, Delimiter] = {
    **DELIMITERS,
    **{it.value: it for it in (Delimiter.COMMA, Delimiter.SEMICOLON)},
}
"""Values of `delimiter` in a file's metadata. A header cannot hold a tab."""
_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s"';]*)""", re.IGNORECASE)
_UTF_8 = ("utf-8", "utf8", "us-ascii")


@dataclass(frozen=True, kw_only=True)
class Checks:
    """How a stage checks files."""

    s3: "S3Client"
    bucket: str
    threshold: float
    """The share of flagged rows above which a review is required."""
    flag_column: str
    own_count: Callable[[File], Counts] | None = None
    """A function of the user's that counts instead, except for the sample. There is no digest then,
    since nothing else reads the file."""

    def check(
        self, given: WorkflowInput, sample: Mapping[str, str] | None, seconds_left: SecondsLeft
    ) -> dict[str, Any]:
        """Return `{"dataset", "request"}`, as the workflow passes them on.

        `sample` is the key and version of the generated file, unless the input names a file. Raises
        `InvalidFile`, `InvalidInput` and `InvalidCounts`; messages begin with the key.
        """
        asked = given.file
        key = asked.key if asked else (sample or {})["key"]
        version_id = asked.version_id if asked else (sample or {})["version_id"]
        with about(key):
            file = find(self.s3, self.bucket, key, version_id)
            claims = _claims(given, file)
            if asked and self.own_count:
                digest, counts = "", self.own_count(file)
            else:
                digest, counts = self._count(file, seconds_left)
        dataset = {
            "bucket": file.bucket,
            "key": file.key,
            "version_id": file.version_id,
            "sha256": digest,
            "rows": counts.rows,
            "flagged_rows": counts.flagged_rows,
            "flagged_share": counts.flagged_share,
            "delimiter": counts.delimiter.name.lower() if counts.delimiter else "",
            "flag_column": self.flag_column if counts.delimiter else "",
        }
        request = {
            **claims,
            "title": claims["title"] or _title(file, counts, is_sample=asked is None),
            "summary": counts.summary,
            "facts": {ROWS: counts.rows, FLAGGED_ROWS: counts.flagged_rows, **counts.facts},
            "gauge": {
                "name": FLAGGED_ROWS,
                "value": counts.flagged_share,
                "limit": self.threshold,
            },
            "evidence": [
                {
                    "bucket": file.bucket,
                    "key": file.key,
                    "version_id": file.version_id,
                    "size": file.size,
                    "name": _name(file) if asked else _SAMPLE_NAME,
                    # S3 has no digest of a file that was uploaded in parts, so it could not confirm
                    # this one.
                    **({"sha256": digest} if digest and file.has_digest else {}),
                }
            ],
            "preview": counts.preview,
            "questions": [QUESTION] if counts.delimiter else [],
        }
        parse_request(request, (f"{self.bucket}/",), _LONGEST)
        return {"dataset": dataset, "request": request}

    def _count(self, file: File, seconds_left: SecondsLeft) -> tuple[str, Counts]:
        """The file's SHA-256, and its counts."""
        check_size(file.size)
        digest = hashlib.sha256()
        raw = hashed(blocks(self.s3, file, seconds_left), digest.update)
        compressed, content = opened(raw)
        _check_media(file, compressed=compressed)
        content = timed(content, seconds_left)
        counts = count(content, self.flag_column, _stated_delimiter(file))
        return digest.hexdigest(), counts


def _claims(given: WorkflowInput, file: File) -> dict[str, str]:
    """Title and requester: those of the execution's input, or else of the file's metadata."""
    stated = {name: metadata.decoded(value) for name, value in file.metadata.items()}
    by = stated.get(metadata.REQUESTED_BY, "")
    return {
        "title": given.title or title("title in the metadata", stated.get(metadata.TITLE, "")),
        "requested_by": given.requested_by or claimed("requested-by in the metadata", by),
    }


def _check_media(file: File, *, compressed: bool) -> None:
    """Raise `InvalidFile` if HTTP clients would decode the file in another way than Signoff."""
    encoding = file.media.get("ContentEncoding", "")
    if encoding.lower() not in ("", "gzip" if compressed else ""):
        raise InvalidFile(
            f'its Content-Encoding is "{encoding[:FILE_NAME_LIMIT]}", but the file is'
            f" {'gzip' if compressed else 'not compressed'}: upload it without Content-Encoding"
        )
    stated = _CHARSET.search(file.media.get("ContentType", ""))
    if stated and stated[1].lower() not in _UTF_8:
        raise InvalidFile(
            f'its Content-Type has the charset "{stated[1][:FILE_NAME_LIMIT]}", but files must be'
            " UTF-8: save the file with this encoding, and upload it with this charset or none"
        )


def _stated_delimiter(file: File) -> Delimiter | None:
    stated = file.metadata.get(metadata.DELIMITER)
    if stated is None:
        return None
    if stated not in _STATED:
        raise InvalidFile(
            f"delimiter in the metadata must be one of {', '.join(DELIMITERS)},"
            f' got "{stated[:FILE_NAME_LIMIT]}"'
        )
    return _STATED[stated]


def _title(file: File, counts: Counts, *, is_sample: bool) -> str:
    """The default title: `orders.csv: 80 of 1,000 rows are flagged`."""
    what = "no rows"
    if counts.rows:
        verb = "is" if counts.flagged_rows == 1 else "are"
        what = f"{counts.flagged_rows:,} of {counted(counts.rows, 'row')} {verb} flagged"
    if is_sample:
        return what
    return f"{truncated(_name(file), TITLE_LIMIT - len(what) - len(': '))}: {what}"


def _name(file: File) -> str:
    """The path below `incoming/`, whose folders say who the producer is."""
    path = " ".join(visible(file.key.removeprefix(INCOMING)).split()) or "file"
    return truncated(path, FILE_NAME_LIMIT)
