"""The pieces of Slack messages: Block Kit, escaping, mentions and dates.

Nothing that people wrote is read as markup: it is plain text, or stands escaped in text that Slack
takes verbatim, where it makes no links or mentions of its own.

Block Kit: https://docs.slack.dev/reference/block-kit/blocks
Text: https://docs.slack.dev/reference/block-kit/composition-objects/text-object
Escaping and dates: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from lambdas.shared.review.people import requesting_slack_user, shown, slack_user_of, with_proof
from lambdas.shared.review.review import UNVERIFIED, Review
from lambdas.shared.runtime import times

Block = dict[str, Any]

TEXT_LIMIT = 3000
FIELD_LIMIT = 2000
HEADER_LIMIT = 150
_MARKUP = re.compile(r"[*~`]|(^|\W)_|_(\W|$)|:[a-z0-9_+-]+:|^>", re.MULTILINE)
"""What Slack's markup makes something else of, even where it is escaped."""


def escaped(text: str) -> str:
    """Escape the three characters that Slack reads as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def person(key: str, name: str) -> str:
    """Mention whom Slack knows, so that it shows their name; write the name of anybody else."""
    if key == UNVERIFIED:
        return "somebody with the link (identity not verified)"
    user_id = slack_user_of(key)
    return f"<@{user_id}>" if user_id else escaped(name)


def people(them: Mapping[str, str]) -> str:
    """Mention or write several, by their names."""
    by_name = sorted(them.items(), key=lambda it: it[::-1])
    return ", ".join(person(key, name) for key, name in by_name)


def mention(text: str) -> str:
    """Mention somebody whose Slack id this is; write any other text as it is."""
    user_id = requesting_slack_user(text)
    return f"<@{user_id}>" if user_id else escaped(shown(text))


def requester(review: Review) -> str:
    """Who asks, and how that is known."""
    return with_proof(mention(review.requested_by), escaped(review.verified_requester))


def date(moment: datetime) -> str:
    """In the reader's own time zone; the fallback is for clients that cannot."""
    fallback = times.for_people(moment)
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def link(address: str, label: str) -> str:
    """A link in a text, which leads where it says without a press that Slack would have to tell."""
    return f"<{escaped(address).replace('|', '%7C')}|{label}>"


def header(text: str) -> Block:
    """A headline, in somebody's own words."""
    return {"type": "header", "text": words(text, HEADER_LIMIT)}


def section(text: str) -> Block:
    """A paragraph."""
    return {"type": "section", "text": mrkdwn(text)}


def quotation(text: str) -> Block:
    """A paragraph in somebody's own words."""
    return {"type": "section", "text": words(text)}


def lines(texts: Iterable[str]) -> list[Block]:
    """Lines in as few paragraphs as Slack's limit allows; no line is longer than that."""
    paragraphs: list[str] = []
    for text in texts:
        if paragraphs and len(paragraphs[-1]) + len(text) < TEXT_LIMIT:
            paragraphs[-1] += f"\n{text}"
        else:
            paragraphs.append(text)
    return [section(text) for text in paragraphs]


def fields(texts: Iterable[Block]) -> list[Block]:
    """At most ten texts in two columns; nothing where there are none."""
    shown = list(texts)
    return [{"type": "section", "fields": shown}] if shown else []


def field(name: str, value: str) -> Block:
    """One of them, in somebody's own words: a name, and below it its value.

    Where Slack would read markup in it, or it would be too long, the name is not bold.
    """
    text = f"*{escaped(name)}*\n{escaped(value)}"
    if len(text) <= FIELD_LIMIT and not _MARKUP.search(f"{name}\n{value}"):
        return mrkdwn(text)
    return words(f"{name}\n{value}", FIELD_LIMIT)


def context(*texts: Block) -> Block:
    """A line in small print."""
    return {"type": "context", "elements": list(texts)}


def plain(text: str) -> Block:
    """Text in which Slack reads no markup."""
    return {"type": "plain_text", "text": text}


def words(text: str, limit: int = TEXT_LIMIT) -> Block:
    """What somebody wrote, shown as they wrote it: without markup, links, mentions and emoji.

    Where it would be too long escaped it stands as it is: plain text is no markup either way.
    """
    safe = escaped(text)
    return {**plain(safe if len(safe) <= limit else text), "emoji": False}


def button(action_id: str, label: str, style: str, value: str) -> Block:
    """A button that tells Slack's app of its press."""
    text = plain(label)
    return {
        "type": "button",
        "action_id": action_id,
        "text": text,
        "style": style,
        "value": value,
    }


def link_button(action_id: str, label: str, address: str, about: str) -> Block:
    """A button that leads somewhere, and says `about` what to those who only hear it.

    Slack tells the app of its press, too.
    """
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain(label),
        "url": address,
        "accessibility_label": f"{label} {about}",
    }


def mrkdwn(text: str) -> Block:
    """Text with Slack's own markup, and nothing that Slack makes of it by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}
