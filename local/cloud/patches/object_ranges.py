"""Read a range of a version of an object, as of its current version."""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from http import HTTPStatus
from typing import Any

from ministack.services import s3

_get_object = s3._get_object


def _get_range(
    bucket: str, key: str, headers: dict[str, str], query: Any = None
) -> tuple[int, dict[str, str], bytes]:
    """Answer with the range; ministack answers with the whole version.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    status, answered, body = _get_object(bucket, key, headers, query)
    asked = s3._parse_range(headers["range"], len(body)) if headers.get("range") else None
    if status != HTTPStatus.OK or not asked:
        return status, answered, body
    start, end = asked
    # A checksum is that of the whole object.
    answered = {
        **{name: it for name, it in answered.items() if "checksum" not in name.lower()},
        "Content-Length": str(end - start + 1),
        "Content-Range": f"bytes {start}-{end}/{len(body)}",
    }
    return HTTPStatus.PARTIAL_CONTENT, answered, body[start : end + 1]


def apply() -> None:
    """Replace `GetObject`."""
    s3._get_object = _get_range
