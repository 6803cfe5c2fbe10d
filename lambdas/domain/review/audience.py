"""Who may see a field, declared beside its type.

    title: Annotated[str, LISTS, LINK, SLACK, TOPIC]

Indexes, views, the notifier's projection and the topic's message are derived from this;
`policies/notify_slack.json` and `docs/openapi.yaml` are tested against it. A field without an
audience is never shown.
"""

from dataclasses import fields
from enum import Enum, auto
from functools import cache
from typing import Any, cast

from lambdas.domain.review.json_values import plain


class Audience(Enum):
    """Where a field is shown, under its own name."""

    INDEXES = auto()
    """Not shown, but indexes hold it: lists compute values from it."""
    LISTS = auto()
    """Lists in the operator API and in Slack. Indexes hold it."""
    OPERATORS = auto()
    """A review in the operator API, which also shows what lists and links show."""
    LINK = auto()
    """Everyone with the link."""
    OUTCOME = auto()
    """Everyone with the link, after the decision."""
    SLACK = auto()
    """Readable by the function that posts to Slack."""
    TOPIC = auto()
    """Subscribers of the topic, as a string in every message."""


INDEXES = Audience.INDEXES
LISTS = Audience.LISTS
OPERATORS = Audience.OPERATORS
LINK = Audience.LINK
OUTCOME = Audience.OUTCOME
SLACK = Audience.SLACK
TOPIC = Audience.TOPIC


@cache
def names_for(shape: type[Any], *audiences: Audience) -> tuple[str, ...]:
    """Names of a dataclass's fields that any of these audiences may see, in declared order."""
    return tuple(
        it.name
        for it in fields(shape)
        if any(audience in getattr(it.type, "__metadata__", ()) for audience in audiences)
    )


def view(item: Any, *audiences: Audience) -> dict[str, Any]:
    """The fields of an instance that any of these audiences may see, as JSON values."""
    shape = cast("type[Any]", type(item))
    return {name: plain(getattr(item, name)) for name in names_for(shape, *audiences)}
