"""Upload local files to the stage's bucket."""

from __future__ import annotations

import os
import stat
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from lambdas.datasets.uploads import Upload
from lambdas.datasets.workflow_input import FILE_KEY_LIMIT
from lambdas.domain.review.request_rules import UNVERSIONED
from signoff.aws import aws_errors
from signoff.errors import Refused, Unreachable, WrongUsage
from signoff.screen.progress import uploading
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from signoff.stage import Stage

_CHUNK = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class LocalFile:
    """A file that was checked, and the key to upload it to."""

    path: Path
    key: str
    size: int
    modified_ns: int


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    """The version that an upload created."""

    bucket: str
    key: str
    version_id: str

    def as_dict(self) -> dict[str, str]:
        """The fields, as evidence has them."""
        return asdict(self)


def local_file(path: Path, prefix: str, largest: int) -> LocalFile:
    """Check a file to upload below `prefix`. Raises `WrongUsage`."""
    shown = line(path)
    try:
        found = path.stat()
        if stat.S_ISREG(found.st_mode):
            path.open("rb").close()
    except OSError as error:
        raise WrongUsage(
            f"Could not read {shown}: {error.strerror}.", "Check the path and its permissions."
        ) from None
    if stat.S_ISDIR(found.st_mode):
        raise WrongUsage(f"{shown} is a folder.", "Pass a file.")
    if not stat.S_ISREG(found.st_mode):
        raise WrongUsage(f"{shown} is not a regular file.", "Save its content to a file first.")
    if not found.st_size:
        raise WrongUsage(f"{shown} is empty.", "Check that it was written completely.")
    if found.st_size > largest:
        raise WrongUsage(
            f"{shown} is too large: at most {largest:,} bytes, got {found.st_size:,}.",
            "Split it into smaller files.",
        )
    return LocalFile(
        path=path,
        key=f"{prefix}{_checked_name(path, prefix)}",
        size=found.st_size,
        modified_ns=found.st_mtime_ns,
    )


def upload(
    stage: Stage,
    file: LocalFile,
    *,
    metadata: Mapping[str, str] | None = None,
    for_askers: bool = False,
    if_uploaded: str = "",
) -> Uploaded:
    """Upload a file, showing progress, and return the version. It is aborted on any error.

    `if_uploaded` is the hint if it is unknown whether the upload was completed. Raises `Refused`
    if it was interrupted, the file changed meanwhile, or the bucket has no versioning.
    """
    bucket, shown = stage.output("evidence_bucket_name"), line(file.path)
    with aws_errors(stage, for_askers=for_askers):
        client = stage.client("s3")
    outcome, hint = "Nothing was uploaded.", ""
    try:
        with (
            uploading(file.path.name, file.size) as report,
            aws_errors(stage, for_askers=for_askers),
            Upload(
                client, bucket, file.key, report=report, Metadata=dict(metadata or {})
            ) as destination,
        ):
            _send(file, destination)
            outcome, hint = "The file may or may not have been uploaded.", if_uploaded
            written = destination.finish()
    except KeyboardInterrupt:
        raise Refused(f"\nUpload interrupted. {outcome}", hint) from None
    except OSError as error:
        raise Refused(f"Could not read {shown}: {error.strerror}. {outcome}") from None
    except Unreachable as error:
        error.hint = "\n".join(filter(None, (outcome, error.hint, hint)))
        raise
    if written.version_id in ("", UNVERSIONED):
        raise Refused(
            f"The bucket {line(bucket)} did not create a version of {line(file.key)}.",
            "Enable versioning for the bucket and upload the file again.",
        )
    return Uploaded(bucket=bucket, key=file.key, version_id=written.version_id)


def _send(file: LocalFile, destination: Upload) -> None:
    sent = 0
    with file.path.open("rb") as opened:
        while data := opened.read(_CHUNK):
            sent += len(data)
            if sent > file.size:
                break
            destination.write(data)
        modified_ns = os.fstat(opened.fileno()).st_mtime_ns
    if (sent, modified_ns) != (file.size, file.modified_ns):
        raise Refused(
            f"{line(file.path)} changed while it was uploaded. Nothing was uploaded.",
            "Upload it again when it is complete.",
        )


def _checked_name(path: Path, prefix: str) -> str:
    name = path.name
    if not name.isprintable():  # bytes that are not UTF-8 are not, either
        raise WrongUsage(
            f"The name of {line(path)} must have printable characters only.", "Rename the file."
        )
    longest = FILE_KEY_LIMIT - len(prefix)
    if len(name.encode()) > longest:
        raise WrongUsage(
            f"The name of {line(path)} must be at most {longest} bytes in UTF-8.",
            "Rename the file.",
        )
    return name
