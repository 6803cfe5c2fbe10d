"""Publish what was approved: a version of a file, or those of its rows that are not flagged."""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lambdas.datasets.errors import NotPublished
from lambdas.datasets.flags import judged
from lambdas.datasets.limits import SecondsLeft
from lambdas.datasets.names import INCOMING, PUBLISHED, SAMPLES, execution_name
from lambdas.datasets.newest import Newest
from lambdas.datasets.objects import GZIP_WINDOW, File, blocks, find, hashed, opened, timed
from lambdas.datasets.records import DELIMITERS, Delimiter
from lambdas.datasets.uploads import AlreadyExists, Upload, Written

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ANSWER = "publish"
ALL_ROWS, GOOD_ROWS = "all rows", "only rows that are not flagged"
QUESTION: Mapping[str, Any] = {
    "name": ANSWER,
    "label": "Publish (all rows if left open)",
    "kind": "choice",
    "choices": [ALL_ROWS, GOOD_ROWS],
}
"""Optional: without an answer, all rows are published."""
_SELECTION = "selection"
"""The choice, in a published object's metadata."""
_HASH_DIGITS = 16
_BATCH = 1024 * 1024
_GZIP_LEVEL = 6


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A checked file: what publishing depends on. Named as in the workflow's output."""

    bucket: str
    key: str
    version_id: str
    sha256: str
    """Empty if a function of the user's counted."""
    rows: int
    flagged_rows: int
    delimiter: Delimiter | None
    flag_column: str

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> "Dataset":
        """Read the workflow's `dataset`."""
        known: dict[str, Any] = {name: given[name] for name in cls.__annotations__}
        known["delimiter"] = DELIMITERS.get(given["delimiter"])
        return cls(**known)


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """Writes published objects, each once."""

    s3: "S3Client"
    bucket: str

    def publish(
        self,
        dataset: Dataset,
        choice: str,
        accepted: str,
        seconds_left: SecondsLeft,
        review_id: str = "",
    ) -> dict[str, Any]:
        """Publish the chosen rows, and return `published` as in the workflow's output.

        `review_id` is that of the approval; empty if none was required. The object's metadata has
        it, since executions are kept for 90 days only.
        https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html

        A repeat returns the same. Raises `NewerPublished` unless the newer version is the
        `accepted` one, `NotPublished` for what was not approved, and `InvalidFile`.
        """
        if choice not in (ALL_ROWS, GOOD_ROWS):
            raise NotPublished(f"the answer must be {ALL_ROWS} or {GOOD_ROWS}, got {choice[:80]!r}")
        if dataset.bucket != self.bucket or not dataset.key.startswith((INCOMING, SAMPLES)):
            raise NotPublished("this is not a file of the workflow")
        file = find(self.s3, dataset.bucket, dataset.key, dataset.version_id)
        key = published_key(file)
        labels = {_SELECTION: choice, "source-version": file.version_id}
        if review_id:
            labels["review-id"] = review_id
        media: dict[str, Any] = {"Metadata": labels, **file.media}
        with Upload(self.s3, self.bucket, key, once=True, **media) as upload:
            digest = hashlib.sha256()
            raw = hashed(blocks(self.s3, file, seconds_left), digest.update)
            if choice == ALL_ROWS:
                for block in raw:
                    upload.write(block)
                rows = dataset.rows
            else:
                rows = _write_good_rows(raw, dataset, seconds_left, upload.write)
            if dataset.sha256 not in ("", digest.hexdigest()):
                raise NotPublished("the file differs from what was reviewed: upload it again")
            Newest(s3=self.s3, bucket=self.bucket).claim(file, upload.sha256, accepted)
            try:
                written = upload.finish()
            except AlreadyExists as existing:
                written = self._written_before(key, choice, existing.written)
        return {
            "key": key,
            "version_id": written.version_id,
            "rows": rows,
            "sha256": written.sha256,
        }

    def _written_before(self, key: str, choice: str, now: Written) -> Written:
        """The published object, if it is what would be written now."""
        found = self.s3.head_object(Bucket=self.bucket, Key=key)
        before = found["Metadata"].get(_SELECTION, "")
        if (before, found["ContentLength"]) != (choice, now.size):
            raise NotPublished(
                f"this version was published before, as {before}: upload the file again to publish"
                " it otherwise"
            )
        return replace(now, version_id=found["VersionId"])


def published_key(file: File) -> str:
    """Where this version is published: `published/orders.0123456789abcdef.csv.gz`."""
    _, _, path = file.key.partition("/")
    folder, slash, name = path.rpartition("/")
    stem, dot, suffixes = name.partition(".")
    version = execution_name(file.bucket, file.key, file.version_id)[:_HASH_DIGITS]
    return f"{PUBLISHED}{folder}{slash}{stem}.{version}{dot}{suffixes}"


def _write_good_rows(
    raw: Iterable[bytes],
    dataset: Dataset,
    seconds_left: SecondsLeft,
    write: Callable[[bytes], None],
) -> int:
    """Write the header and the rows that are not flagged, compressed like the file.

    Returns the number of rows. Raises `NotPublished` if the file does not have as many rows, and as
    many flagged ones, as the reviewer saw.
    """
    if dataset.delimiter is None:
        raise NotPublished(
            "a function of yours counted the flagged rows, so Signoff cannot leave them out"
        )
    compressed, content = opened(raw)
    gzip = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, GZIP_WINDOW)
    kept: list[str] = []
    size = rows = flagged = 0

    def send() -> None:
        data = "".join(kept).encode()
        write(gzip.compress(data) if compressed else data)
        kept.clear()

    for text, fields, reason in judged(
        timed(content, seconds_left), dataset.delimiter, dataset.flag_column
    ):
        rows += bool(fields)
        if reason is not None:
            flagged += 1
            continue
        kept.append(text)
        size += len(text)
        if size > _BATCH:
            send()
            size = 0
    send()
    if compressed:
        write(gzip.flush())
    rows -= 1  # the header
    if (rows, flagged) != (dataset.rows, dataset.flagged_rows):
        raise NotPublished(
            f"the flagged rows of the file are {flagged:,} of {rows:,}, but"
            f" {dataset.flagged_rows:,} of {dataset.rows:,} were reviewed: upload it again"
        )
    return rows - flagged
