"""`signoff open`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.errors import Refused
from signoff.options import as_json, review_id, stage_options

if TYPE_CHECKING:
    from signoff.stage import Stage


@click.command("open", short_help="Open a review in the browser.")
@stage_options
@review_id
@as_json
def command(*, stage: Stage, review_id: str, as_json: bool) -> None:
    """Print the link to a review's page and open it in the browser, if there is one."""
    from signoff.api import OperatorApi
    from signoff.browser import open_link
    from signoff.text import as_json as json_of
    from signoff.text import line

    review = OperatorApi(stage).review(review_id)
    page = line(review["page"])
    if not page.startswith(("https://", "http://")):
        raise Refused(f"The link to this review is not a web address: {page}")
    if as_json:
        click.echo(json_of({"review_id": review["review_id"], "page": page}))
    else:
        click.echo(page)
    open_link(page)
