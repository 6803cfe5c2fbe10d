"""What the topic's subscribers are told: flat JSON for machines, plain words for people.

Whoever may publish to the topic may write anything there: `read_announcement` believes no more than
which event of which review it is, and the row tells whether that is so.
"""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lambdas.domain.review.audience import TOPIC, view
from lambdas.domain.review.errors import InvalidInput, as_object
from lambdas.domain.review.events import ANNOUNCED, ASKING, Announced, Event
from lambdas.domain.review.ids import is_review_id
from lambdas.domain.review.questions import answers_in_words
from lambdas.domain.review.requester import COULD_NOT_CHECK, shown, with_proof
from lambdas.domain.review.review import Review
from lambdas.domain.review.words import fact_in_words, gauge_in_words, host_of
from lambdas.domain.runtime import times

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient


_HEADLINES = {
    Event.REQUESTED: "Decision needed",
    Event.REMINDER: "Reminder to decide",
    Event.ESCALATED: "Still no decision",
    Event.DECIDED: "Decided",
    Event.EXPIRED: "Expired",
    Event.CANCELLED: "Cancelled before a decision",
    Event.UNDELIVERED: "The request did not reach Slack",
}


class Topic:
    """The stage's topic, to which the events of reviews are published: one call each."""

    def __init__(self, client: "SNSClient", topic_arn: str, needed: int = 1) -> None:
        self._client = client
        self._topic_arn = topic_arn
        self._needed = needed

    def announce(
        self, event: Event, review: Review, left: str = "", before: timedelta | None = None
    ) -> None:
        """Tell every subscriber, each protocol in its own words.

        `left` and `before` are a reminder's: the time left, and for when it was planned.
        """
        # For filter policies: who hears of an escalation hears of the end, too.
        louder = event is Event.ESCALATED or (event not in ASKING and review.escalating_at)
        about = {"event": str(event)} | ({"escalated": "true"} if louder else {})
        message = announcement(event, review, left, before, self._needed)
        self._client.publish(
            TopicArn=self._topic_arn,
            Subject=_subject(event, review.stage),
            MessageStructure="json",
            Message=_json(_by_protocol(message)),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in about.items()
            },
        )


_FACTS_OF_OLD = {"rows": "", "flagged_rows": ""}
"""Slack refuses a message that lacks one of its workflow's variables, and these were always there,
before there were other questions than about rows."""
_LONGEST_SMS = 1600
"""https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html"""
_UNFIT_IN_KEYS = re.compile("[^a-z0-9]+")


def announcement(
    event: Event,
    review: Review,
    left: str = "",
    before: timedelta | None = None,
    needed: int = 1,
) -> dict[str, str]:
    """Lay a review out as a flat object of strings, so that a Slack workflow can use each.

    Every event has every key, empty where there is nothing. `facts` is JSON and has each fact under
    its own name; each has a key of its own, too, unless the event or another fact has it.
    `summary` and `details` say all of it in words. What answers the caller, its context and the
    storage place of the evidence stay inside.
    """
    # A claim that never got through is no decision.
    decided = event is Event.DECIDED
    gauge = review.gauge
    message = {
        **_FACTS_OF_OLD,
        **{_key(name): str(fact) for name, fact in review.facts.items() if _key(name)},
        "event": str(event),
        **{name: str(value) for name, value in view(review, TOPIC).items()},
        "facts": _json(review.facts),
        "s3_file": review.s3_file,
        "flagged_share": str(gauge.value) if gauge else "",
        "threshold": str(gauge.limit) if gauge else "",
        "sha256": review.evidence[0].sha256 if review.evidence else "",
        "approvals": str(len(review.approvals)),
        "required_approvals": str(needed),
        "decision": str(review.decision) if decided else "",
        "reviewer": review.reviewer if decided else "",
        "reason": review.reason if decided else review.ended_because,
        "answers": _json(review.answers) if decided else "",
        "decided_at": times.to_text(review.decided_at) if review.decided_at and decided else "",
        "time_left": left,
        "reminder": str(int(before.total_seconds())) if event is Event.REMINDER and before else "",
    }
    summary = _summary(event, message, review, so_far(review, needed))
    return message | {"summary": summary, "details": _details(event, message, review)}


def _subject(event: Event, stage: str) -> str:
    """The subject of e-mails; of a long name of a stage what fits, as 100 characters are refused.

    https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """
    what = f"] Signoff: {_HEADLINES[event]}"
    room = 98 - len(what)
    name = stage if len(stage) <= room else f"{stage[: room - 3]}..."
    return f"[{name}{what}"


def read_announcement(text: str) -> Announced:
    """Read which event of which review is announced. Raises `InvalidInput` for anything else."""
    try:
        said = as_object("the announcement", json.loads(text))
        event, review_id = Event(said["event"]), said["review_id"]
        seconds = int(said["reminder"]) if event is Event.REMINDER else 0
        before = timedelta(seconds=seconds) if seconds > 0 else None
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
        raise InvalidInput(f"not an announcement: {type(error).__name__}") from None
    if event not in ANNOUNCED or not isinstance(review_id, str) or not is_review_id(review_id):
        raise InvalidInput("not an announcement: it names no review, or no event of one")
    if event is Event.REMINDER and before is None:
        raise InvalidInput("not an announcement: it does not say which reminder it is")
    return Announced(event=event, review_id=review_id, before=before)


def so_far(review: Review, needed: int) -> str:
    """How many of several have approved: `1 of 2 approved`; empty where one is enough."""
    return approved_of(len(review.approvals), needed)


def approved_of(approved: int, needed: int) -> str:
    """The same of a number of approvals."""
    return f"{approved} of {needed} approved" if needed > 1 or approved else ""


def _by_protocol(message: dict[str, str]) -> dict[str, str]:
    """What each kind of subscriber gets.

    https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
    """
    return {
        "default": _json(message),
        "email": f"{message['summary']}\n\n{message['details']}",
        "sms": _cut(f"{message['approval_link']} {message['summary']}", _LONGEST_SMS),
    }


def _cut(text: str, most: int) -> str:
    """The text, cut to so many bytes of UTF-8."""
    return text.encode()[:most].decode(errors="ignore")


def _summary(event: Event, message: dict[str, str], review: Review, so_far: str) -> str:
    what = _HEADLINES[event]
    if event is Event.DECIDED:
        what = f"{message['decision'].capitalize()} by {', '.join(review.decided_by.names)}"
        what += f", {COULD_NOT_CHECK}," if review.self_approval_unchecked else ""
    elif event is Event.EXPIRED:
        what = f"Expired: {so_far if review.approvals else 'nobody decided'}"
    elif message["time_left"]:
        what += f", {message['time_left']} left," + (f" {so_far}," if so_far else "")
    return f"{what} in {message['stage']}: {message['title']}"


def _details(event: Event, message: dict[str, str], review: Review) -> str:
    """All of it for people, our own lines first.

    Mail programs turn anything that looks like a link into one. So lines that begin with other
    people's words are quoted, and cannot pass for ours.
    """
    requester = with_proof(shown(review.requested_by), review.verified_requester)
    about = [
        f"Requested by: {requester}",
        f"Deadline: {times.for_people(review.deadline)}",
    ]
    paragraphs = [_ways(message) if event in ASKING else _end(message, review), about]
    paragraphs += [it for it in (_quoted(review.summary), _quoted_facts(review)) if it]
    return "\n\n".join("\n".join(lines) for lines in paragraphs)


def _ways(message: dict[str, str]) -> list[str]:
    return [
        f"Approve: {message['approval_link']}",
        f"Reject: {message['rejection_link']}",
        "",
        "Opening a link decides nothing: it shows a page with a button.",
    ]


def _end(message: dict[str, str], review: Review) -> list[str]:
    said = answers_in_words(review.questions, review.answers) if message["decision"] else {}
    return [
        "Reason: " + "\n".join(_quoted(message["reason"]) or ["none given"]).removeprefix("> "),
        *(it for label, answer in said.items() for it in _quoted(f"{label}: {answer}")),
    ]


def _quoted_facts(review: Review) -> list[str]:
    gauge = review.gauge
    lines = [
        *([f"{gauge.name}: {gauge_in_words(gauge)}"] if gauge else []),
        *(f"{name}: {fact_in_words(fact)}" for name, fact in review.facts.items()),
        *(f"{file.shown_name}: {file.link}" for file in review.evidence),
        *(f"{name} ({host_of(link)}): {link}" for name, link in review.links.items()),
    ]
    return _quoted("\n".join(lines))


def _quoted(text: str) -> list[str]:
    """Somebody's words, line by line, as mails quote."""
    return [f"> {line}".rstrip() for line in text.splitlines()]


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    """A fact's name as a key: `Flagged rows` is `flagged_rows`."""
    return _UNFIT_IN_KEYS.sub("_", name.lower()).strip("_")
