"""Slack text objects: markup from us, none from users.

A `str` is user text. Only a `Markup` is markup, and only this module creates one. If user text
could be read as markup, the whole text object becomes plain text.

Text: https://docs.slack.dev/reference/block-kit/composition-objects/text-object
Escaping and dates: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from lambdas.domain.review.requester import (
    requesting_slack_user,
    shown,
    slack_user_of,
    with_proof,
)
from lambdas.domain.review.review import UNVERIFIED, Review
from lambdas.domain.runtime import times

Block = dict[str, Any]

TEXT_LIMIT = 3000
_HARMLESS = re.compile(
    r"(?:[^\W_]|[\s,.;/()+%=?!'\"“”’#$€£|@&–—…·-]|(?<=[^\W_])_(?=[^\W_])|:(?=\s|$)|<(?=[\s\d])|(?<=\S)>)*"  # noqa: RUF001
)
"""Text that cannot start bold, italic, struck or quoted text, code or an emoji."""


class Markup(NamedTuple):
    """A piece of markup."""

    marked: str
    bare: str
    """The same without markup, for plain text."""
    user_text: str = ""
    """The user text in it."""


Part: TypeAlias = str | Markup


def line(*parts: Part, limit: int = TEXT_LIMIT) -> Block:
    """A text with markup; plain if it is too long, or if user text in it could be markup."""
    pieces = [it if isinstance(it, Markup) else Markup(escaped(it), it, it) for it in parts]
    marked = "".join(it.marked for it in pieces)
    if len(marked) <= limit and all(_HARMLESS.fullmatch(it.user_text) for it in pieces):
        return {"type": "mrkdwn", "text": marked, "verbatim": True}
    return user_text(bare(*parts), limit)


def user_text(text: str, limit: int = TEXT_LIMIT) -> Block:
    """User text, verbatim: no markup, links, mentions or emoji.

    Left unescaped if escaping makes it too long: plain text has no markup either way.
    """
    safe = escaped(text)
    return {**plain(safe if len(safe) <= limit else text), "emoji": False}


def plain(text: str) -> Block:
    """Text of our own, without markup."""
    return {"type": "plain_text", "text": text}


def bare(*parts: Part) -> str:
    """The parts without markup."""
    return "".join(it.bare if isinstance(it, Markup) else it for it in parts)


def escaped(text: str) -> str:
    """Escape the three characters that Slack always treats as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """The reverse of `escaped`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def own_text(text: str) -> Markup:
    """Text of our own, which may contain any character."""
    return Markup(escaped(text), text)


def bold(part: Part) -> Markup:
    """Bold text."""
    if isinstance(part, Markup):
        return part._replace(marked=f"*{part.marked}*")
    return Markup(f"*{escaped(part)}*", part, part)


def code(text: str) -> Markup:
    """Monospaced text."""
    return Markup(f"`{escaped(text)}`", text, text)


def link(address: str, label: str) -> Markup:
    """A link. Unlike clicks on buttons, clicks on it are not sent to the app."""
    return Markup(f"<{escaped(address).replace('|', '%7C')}|{escaped(label)}>", label, label)


def date(moment: datetime) -> Markup:
    """A time in the reader's time zone; in UTC where a client cannot convert it."""
    fallback = times.for_people(moment)
    shown = f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"
    return Markup(shown, fallback)


def person(key: str, name: str) -> Part:
    """A mention of a Slack user; any other name as text."""
    if key == UNVERIFIED:
        return "someone with the link (identity not verified)"
    return _mention(slack_user_of(key), name)


def people(them: Mapping[str, str]) -> list[Part]:
    """Several people, sorted by name."""
    by_name = sorted(them.items(), key=lambda it: it[::-1])
    named = [part for key, name in by_name for part in (", ", person(key, name))]
    return named[1:]


def mention(text: str) -> Part:
    """A mention if the text is a Slack user ID; any other text unchanged."""
    return _mention(requesting_slack_user(text), shown(text))


def requester(review: Review) -> list[Part]:
    """The claimed requester and the verified one."""
    user_id = requesting_slack_user(review.requested_by)
    name = with_proof(shown(review.requested_by), review.verified_requester)
    return [*([mention(user_id)] if user_id else []), name.removeprefix(user_id)]


def _mention(user_id: str, name: str) -> Part:
    return Markup(f"<@{user_id}>", name or user_id) if user_id else name
