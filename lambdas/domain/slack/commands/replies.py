"""Private replies to `/signoff`; each names its stage.

At most 50 blocks: https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lambdas.domain.lifecycle.announcements import so_far
from lambdas.domain.review.events import Event
from lambdas.domain.review.review import UNVERIFIED, Review, Status, Way
from lambdas.domain.review.time_plan import time_left
from lambdas.domain.slack.blocks import (
    Message,
    context,
    link_button,
    message,
    quotation,
    section,
)
from lambdas.domain.slack.commands.command import Verb
from lambdas.domain.slack.content import tag
from lambdas.domain.slack.messages import closed, outcome, request
from lambdas.domain.slack.tables import as_lines
from lambdas.domain.slack.text import (
    Block,
    Part,
    bold,
    code,
    date,
    line,
    mention,
    person,
    requester,
    user_text,
)
from lambdas.domain.store.audit_log import Entry

MAX_LISTED = 20
"""Reviews per list, of two blocks each: within Slack's limit."""
MAX_ENTRIES = 12
"""Latest audit entries shown for a review."""
_MAX_REASON = 200
_MAX_ECHO = 200
_PRIVATE = {"response_type": "ephemeral"}
_HELP: Mapping[Verb, tuple[str, str]] = {
    Verb.PENDING: ("", "List pending reviews, soonest deadline first"),
    Verb.SHOW: (" ID", "Show a review: request, status and audit log"),
    Verb.HISTORY: ("", "List recently ended reviews"),
    Verb.HELP: ("", "Show this help"),
}
_WAYS = {
    Way.LINK: "by link",
    Way.SLACK: "in Slack",
    Way.CLI: "through the operator API",
    Way.TIMEOUT: "on timeout",
}
_EVENTS: Mapping[str, str] = {
    Event.REQUESTED: "Requested",
    Event.NOTIFIED: "Posted to the channel",
    Event.NOT_NOTIFIED: "Not posted to the channel",
    Event.REMINDER: "Reminder sent",
    Event.ESCALATED: "Escalated",
    Event.OPENED: "Page opened",
    Event.APPROVAL: "Approval given",
    Event.REFUSED: "Attempt refused",
    Event.DECIDED: "Decided",
    Event.EXPIRED: "Expired",
    Event.CANCELLED: "Cancelled",
    Event.UNDELIVERED: "Not delivered to the channel",
    Event.COMPLETED: "Execution ended",
}


@dataclass(frozen=True, kw_only=True)
class Replies:
    """Renders one stage's replies. `needed` is the number of required approvals."""

    stage: str
    needed: int

    def pending(self, reviews: Sequence[Review], now: datetime, *, more: bool) -> Message:
        """The pending reviews, in this order. `more`: there are others beyond these."""
        number = len(reviews)
        shown = [self._pending_review(review, now) for review in reviews[:MAX_LISTED]]
        count = f"{number}{'+' * more}" if number else "No"
        title = f"{count} pending review{'s' * (number != 1 or more)}"
        left = number - len(shown)
        rest = [f"and {'at least ' * more}{left} more, with later deadlines"] if left else []
        return self._list(title, shown, rest)

    def history(self, reviews: Sequence[Review]) -> Message:
        """The ended reviews, in this order."""
        shown = [self._ended_review(review) for review in reviews[:MAX_LISTED]]
        return self._list("Recently ended reviews" if shown else "No ended reviews", shown)

    def review(
        self, review: Review, entries: Sequence[Entry], now: datetime, *, more: bool = False
    ) -> Message:
        """One review as in the channel, with a link to its page and its latest audit entries.

        `more`: there are earlier entries.
        """
        page: Block = {"type": "actions", "block_id": "page", "elements": [_page(review)]}
        history = [section(bold("Audit log")), *_audit_entries(entries, more=more)]
        if review.status is Status.PENDING:
            votes = so_far(review, self.needed)
            why = f"Decision pending{votes and f', {votes}'}"
            who, left = requester(review), time_left(review, now)
            shown = request(review, who, left, [page, *history], why)
        else:
            shown = closed(review, self.needed)
            shown["blocks"] += [page, *history]
        return {**shown, **_PRIVATE, "blocks": as_lines(shown)["blocks"]}

    def help(self, name: str, unknown: str = "") -> Message:
        """The list of commands, after the unknown command if there was one."""
        wrong = f"Unknown command: {unknown}"[:_MAX_ECHO]
        commands: list[Part] = []
        for verb, (behind, what) in _HELP.items():
            commands += [code(f"{name} {verb}{behind}"), f"   {what}", "\n"]
        hint = "Each message ends with the ID of its review."
        return _private(
            f"{name} in {self.stage}",
            [
                section(*tag(self.stage), " · ", bold("Commands")),
                *([quotation(wrong)] if unknown else []),
                section(*commands[:-1]),
                context(line(hint)),
            ],
        )

    def problem(self, text: str) -> Message:
        """An error."""
        return _private(f"{self.stage}: {text}", [section(*tag(self.stage), " · ", text)])

    def _list(self, what: str, shown: Sequence[list[Block]], rest: Sequence[str] = ()) -> Message:
        return _private(
            f"{what} in {self.stage}",
            [
                section(*tag(self.stage), " · ", bold(what)),
                *(block for blocks in shown for block in blocks),
                *(context(line(text)) for text in rest),
            ],
        )

    def _pending_review(self, review: Review, now: datetime) -> list[Block]:
        votes = so_far(review, self.needed)
        left = bold(f"{time_left(review, now)} left")
        who = [" · requested by ", *requester(review)]
        return _entry(review, left, f" · {votes}" if votes else "", *who)

    def _ended_review(self, review: Review) -> list[Block]:
        way = f" · {_WAYS[review.via]}" if review.via and review.status.is_decided else ""
        return _entry(review, *outcome(review, self.needed), way, " · ", date(review.end_time))


def _entry(review: Review, *parts: Part) -> list[Block]:
    """A review in a list: title, link to its page, and details."""
    below = line(*parts, " · ", code(review.review_id))
    return [{**quotation(review.title), "accessory": _page(review)}, context(below)]


def _page(review: Review) -> Block:
    about = f"the page of review {review.review_id}"
    return link_button("page", "Open", review.approval_link, about)


def _audit_entries(entries: Sequence[Entry], *, more: bool) -> list[Block]:
    """The audit entries, oldest first."""
    cut = [context(line("… earlier entries not shown"))] if more else []
    return [*cut, *map(_event, entries)]


def _event(entry: Entry) -> Block:
    who = [" by ", _person(entry.person)] if entry.person else []
    why = " ".join(entry.why.split())
    short = why if len(why) <= _MAX_REASON else f"{why[:_MAX_REASON]}…"
    what = _EVENTS.get(entry.event) or entry.event
    event = line(date(entry.at), f" · {what}", *who)
    return context(event, *([user_text(short)] if short else []))


def _person(name: str) -> Part:
    """A name in the audit log; requesters are logged as the caller wrote them."""
    return person(UNVERIFIED, "") if name == UNVERIFIED else mention(name)


def _private(text: str, blocks: list[Block]) -> Message:
    return {**_PRIVATE, **message(text, blocks)}
