"""Results of commands, as text or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from signoff.screen import cards, consoles
from signoff.text import as_json as json_of
from signoff.text import line

if TYPE_CHECKING:
    from signoff.api import OwnReview, Review
    from signoff.stage import Stage


def print_review(stage: Stage, review: Review, *, as_json: bool) -> None:
    """Print a review in full."""
    if as_json:
        click.echo(json_of(review))
    else:
        consoles.stdout().print(cards.card(stage, review), crop=False)


def print_result(text: str, review: OwnReview | Review, *, as_json: bool) -> None:
    """Print the result and the review it applies to."""
    if as_json:
        click.echo(json_of(review))
    else:
        consoles.stdout().print(
            f"{text}: {line(review['title'])} ({review['review_id']})", soft_wrap=True
        )
