"""Links to the evidence: presigned at the click, or long-lived where somebody wants them so."""

import logging
import urllib.parse
import urllib.request
from http import HTTPStatus
from typing import TYPE_CHECKING

from lambdas.shared.reviews import Evidence

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_LOG = logging.getLogger(__name__)

SECONDS_AT_THE_CLICK = 300
_TINYURL = "https://tinyurl.com/api-create.php"
_TINYURL_SECONDS = 3
_LONGEST_SHORT_LINK = 200


def presign(client: "S3Client", evidence: Evidence, seconds: int) -> str:
    """Make a link to exactly this version, valid for `seconds`; no AWS call is made.

    It dies earlier where the credentials that sign it do: a function's role session lives hours.
    The file is offered for saving, so that a browser never runs what a customer uploaded.
    """
    name = urllib.parse.quote(evidence.key.rsplit("/", 1)[-1], safe="")
    return client.generate_presigned_url(
        "get_object",
        Params={
            "Bucket": evidence.bucket,
            "Key": evidence.key,
            "VersionId": evidence.version_id,
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{name}",
        },
        ExpiresIn=seconds,
    )


def shortened(link: str, service: str = _TINYURL) -> str:
    """Shorten `link` with the TinyURL service; on any failure the answer is `link` itself.

    See https://tinyurl.com/app/dev: `api-create.php?url=` answers the short link as plain text.
    """
    address = f"{service}?{urllib.parse.urlencode({'url': link})}"
    try:
        with urllib.request.urlopen(address, timeout=_TINYURL_SECONDS) as answer:  # noqa: S310
            body = answer.read(_LONGEST_SHORT_LINK + 1).decode("ascii").strip()
            if answer.status == HTTPStatus.OK and _is_short_link(body):
                return body
            problem = f"status {answer.status}"
    except (OSError, ValueError) as error:
        problem = type(error).__name__
    _LOG.warning("the link was not shortened", extra={"problem": problem})
    return link


def _is_short_link(text: str) -> bool:
    return (
        text.startswith("https://")
        and len(text) <= _LONGEST_SHORT_LINK
        and not any(character.isspace() for character in text)
    )
