"""Upload files as evidence of a request."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lambdas.datasets.names import ATTACHMENTS
from lambdas.datasets.uploads import LARGEST_UPLOAD
from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.request_rules import FILES, parse_request
from signoff.errors import SignoffError, WrongUsage
from signoff.text import line
from signoff.uploads import local_file, upload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from signoff.stage import Stage

ANYWHERE = ("",)
LONGEST = timedelta(days=365)
"""The stage checks where evidence may be, and its own `reviewTimeout`."""


def with_attachments(
    stage: Stage, request: Mapping[str, Any], paths: Sequence[Path]
) -> list[dict[str, Any]]:
    """Upload files, and return the request's evidence with exactly the uploaded versions added.

    Nothing is uploaded unless the request and all files are valid. Raises `WrongUsage`.
    """
    try:
        parse_request(request, ANYWHERE, LONGEST)
    except InvalidInput as error:
        raise WrongUsage(f"Invalid request: {line(error)}") from None
    own: list[dict[str, Any]] = request.get("evidence", [])
    if len(own) + len(paths) > FILES:
        raise WrongUsage(
            f"A request has at most {FILES} evidence files, got {len(own) + len(paths)}.",
            "Pass fewer files, or upload one archive of them.",
        )
    files = [
        local_file(it, f"{ATTACHMENTS}{secrets.token_hex(16)}/", LARGEST_UPLOAD) for it in paths
    ]
    try:
        uploaded = [upload(stage, it, for_askers=True) for it in files]
    except SignoffError as error:
        error.hint = "\n".join(filter(None, (error.hint, "No review was requested.")))
        raise
    return [*own, *(it.as_dict() for it in uploaded)]
