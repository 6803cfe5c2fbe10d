"""Shorten links with the TinyURL service."""

import logging
import urllib.parse
import urllib.request
from http import HTTPStatus

_LOG = logging.getLogger(__name__)

_TINYURL = "https://tinyurl.com/api-create.php"
_TINYURL_SECONDS = 3
_MAX_SHORT_LINK = 200


def shortened(link: str, service: str = _TINYURL) -> str:
    """Shorten `link` with TinyURL; return `link` itself on any failure.

    See https://tinyurl.com/app/dev: `api-create.php?url=` returns the short link as plain text.
    """
    address = f"{service}?{urllib.parse.urlencode({'url': link})}"
    try:
        with urllib.request.urlopen(address, timeout=_TINYURL_SECONDS) as answer:  # noqa: S310
            body = answer.read(_MAX_SHORT_LINK + 1).decode("ascii").strip()
            if answer.status == HTTPStatus.OK and _is_short_link(body):
                return body
            problem = f"status {answer.status}"
    except (OSError, ValueError) as error:
        problem = type(error).__name__
    _LOG.warning("link.unshortened", extra={"event": "link.unshortened", "problem": problem})
    return link


def _is_short_link(text: str) -> bool:
    return (
        text.startswith("https://")
        and len(text) <= _MAX_SHORT_LINK
        and not any(character.isspace() for character in text)
    )
