"""The two ids of a review: the public review id, and the secret link key.

The review id is public: logs, messages, commands and answers show it, and it grants nothing. The
link key grants access to the review's page and is in links only. Links and forms carry both, as
`review=ID.KEY`.
"""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Self, TypeGuard

_REVIEW_ID = re.compile("[a-z2-7]{16}")
_IN_LINKS = re.compile(f"({_REVIEW_ID.pattern})[.]([0-9a-f]{{32}})")


def review_id_of(form: str, secret: str) -> str:
    """Derive the id from the task token or callback id, so that each has one review, ever.

    80 bits in lower-case base32: 16 characters.
    """
    digest = hashlib.sha256(f"{form}:{secret}".encode()).digest()
    return base64.b32encode(digest[:10]).decode().lower()


def is_review_id(text: object) -> TypeGuard[str]:
    """Whether `text` has the form of a review id. Anything else need not be looked up."""
    return isinstance(text, str) and _REVIEW_ID.fullmatch(text) is not None


def new_link_key() -> str:
    """128 random bits as 32 hexadecimal digits, which no mail program cuts off a link."""
    return secrets.token_hex(16)


@dataclass(frozen=True)
class LinkedId:
    """The value of `review` in links and forms: `ID.KEY`."""

    review_id: str
    link_key: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `ID.KEY`; None for anything else."""
        found = _IN_LINKS.fullmatch(text)
        return cls(*found.groups()) if found else None

    def __str__(self) -> str:
        return f"{self.review_id}.{self.link_key}"
