"""Request a review from the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from signoff.api import AskerApi
from signoff.asking.attachments import with_attachments
from signoff.asking.wait import wait_for_decision
from signoff.requesters import requester_or_default
from signoff.screen import consoles
from signoff.text import as_json as json_of
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from signoff.stage import Stage


def ask(
    stage: Stage,
    request: Mapping[str, Any],
    files: Sequence[Path] = (),
    *,
    wait: bool,
    as_json: bool,
) -> None:
    """Request a review with these files as additional evidence; with `wait`, wait for the decision.

    Raises `WrongUsage` if the request is invalid, and `Refused` if the stage is not connected or
    the review was not approved.
    """
    stage.require_connection()
    api = AskerApi(stage)
    given = {"requested_by": requester_or_default(stage, request.get("requested_by")), **request}
    if files:
        given["evidence"] = with_attachments(stage, given, files)
    review_id = api.ask(given)
    requested = Text(f"Review requested: {line(given['title'])} ({review_id})")
    if wait:
        consoles.stderr().print(requested, soft_wrap=True)
        wait_for_decision(stage, api, review_id, as_json=as_json)
    elif as_json:
        click.echo(json_of({"review_id": review_id, "answer": None}))
    else:
        consoles.stdout().print(requested, soft_wrap=True)
