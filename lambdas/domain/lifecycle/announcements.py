"""Announcements on the review topic: flat JSON for programs, plain text for people.

Anyone who may publish to the topic can write anything there. `read_announcement` therefore trusts
only the event and the review id, and the row confirms them.
"""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lambdas.domain.review.audience import TOPIC, names_for, view
from lambdas.domain.review.errors import InvalidInput, as_object
from lambdas.domain.review.events import ANNOUNCED, ASKING, Announced, Event
from lambdas.domain.review.failure import FAILED, AnnouncedFailure, Failure
from lambdas.domain.review.ids import is_review_id
from lambdas.domain.review.questions import answer_texts
from lambdas.domain.review.requester import COULD_NOT_CHECK, shown, with_proof
from lambdas.domain.review.results import Result, failure_headline, result_headline
from lambdas.domain.review.review import Review
from lambdas.domain.review.words import execution_text, fact_text, gauge_text, host_of
from lambdas.domain.runtime import times

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient


_HEADLINES = {
    Event.REQUESTED: "Decision needed",
    Event.REMINDER: "Reminder: decision needed",
    Event.ESCALATED: "Still no decision",
    Event.DECIDED: "Decided",
    Event.EXPIRED: "Expired",
    Event.CANCELLED: "Cancelled before a decision",
    Event.UNDELIVERED: "The request did not reach Slack",
    Event.COMPLETED: "The execution ended",
}


class Topic:
    """The stage's review topic. Each announcement is one AWS call."""

    def __init__(self, client: "SNSClient", topic_arn: str, needed: int = 1) -> None:
        self._client = client
        self._topic_arn = topic_arn
        self._needed = needed

    def announce(
        self, event: Event, review: Review, left: str = "", before: timedelta | None = None
    ) -> None:
        """Notify every subscriber, in the format of its protocol.

        `left` and `before` belong to reminders: the time left, and the planned time before the
        deadline.
        """
        # For filter policies: subscribers to escalations are notified of the end, too.
        louder = event is Event.ESCALATED or (event not in ASKING and review.escalating_at)
        # A success needs no action, so e-mail and SMS subscriptions filter it out.
        informational = event is Event.COMPLETED and review.result is Result.SUCCEEDED
        about = {
            "event": str(event),
            **({"escalated": "true"} if louder else {}),
            **({"informational": "true"} if informational else {}),
        }
        message = announcement(event, review, left, before, self._needed)
        sms = f"{message['approval_link']} {message['summary']}"
        self._publish(_subject(_headline(event, review), review.stage), message, sms, about)

    def announce_failure(self, failure: Failure) -> None:
        """Notify every subscriber but the escalation channel that an execution failed."""
        message = failure_announcement(failure)
        sms = ": ".join(filter(None, (message["summary"], failure.detail)))
        self._publish(_subject(message["title"], failure.stage), message, sms, {"event": FAILED})

    def _publish(
        self, subject: str, message: dict[str, str], sms: str, about: Mapping[str, str]
    ) -> None:
        self._client.publish(
            TopicArn=self._topic_arn,
            Subject=subject,
            MessageStructure="json",
            Message=_json(_by_protocol(message, sms)),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in about.items()
            },
        )


_FACTS_OF_OLD = {"rows": "", "flagged_rows": ""}
"""Slack rejects a message that lacks a variable of its workflow, and workflows may use these: they
exist since all reviews were about rows."""
_MAX_SMS_BYTES = 1600
"""https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html"""
_UNFIT_IN_KEYS = re.compile("[^a-z0-9]+")


def announcement(
    event: Event,
    review: Review,
    left: str = "",
    before: timedelta | None = None,
    needed: int = 1,
) -> dict[str, str]:
    """Build the announcement: a flat object of strings, so that Slack workflows can use each.

    Every event has every key, empty if there is no value. `facts` is JSON with each fact under its
    own name. Each fact also has its own key, unless the event or another fact uses it. `summary`
    and `details` are the same as text. The task token or callback id, the context and the location
    of the evidence are never included.
    """
    # A claim that was never delivered is not a decision.
    decided = event in (Event.DECIDED, Event.COMPLETED)
    completed = event is Event.COMPLETED
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
        "result": str(review.result or "") if completed else "",
        "result_detail": review.result_detail if completed else "",
        "time_left": left,
        "reminder": str(int(before.total_seconds())) if event is Event.REMINDER and before else "",
    }
    summary = _summary(event, message, review, so_far(review, needed))
    return message | {"summary": summary, "details": _details(event, message, review)}


_WITHOUT_A_REVIEW = (
    *_FACTS_OF_OLD,
    *names_for(Review, TOPIC),
    *("s3_file", "flagged_share", "threshold", "sha256", "approvals", "required_approvals"),
    *("decision", "reviewer", "reason", "answers", "decided_at", "time_left", "reminder"),
)
"""Keys of announcements that only reviews have values for, and keys that they share."""


def failure_announcement(failure: Failure) -> dict[str, str]:
    """Build the announcement of a failed execution, with the keys of every announcement.

    `review_id` is the failure's id. There are no links, since there is nothing to decide.
    """
    headline = failure_headline(failure.result)
    paragraphs = [
        _quoted(failure.detail),
        ["No review was requested."],
        _quoted(f"Execution: {execution_text(failure.execution_arn)}"),
    ]
    return {
        **dict.fromkeys(_WITHOUT_A_REVIEW, ""),
        "event": FAILED,
        "review_id": failure.failure_id,
        "stage": failure.stage,
        "title": headline,
        "execution_arn": failure.execution_arn,
        "facts": "{}",
        "result": str(failure.result),
        "result_detail": failure.detail,
        "summary": f"{headline} in {failure.stage}",
        "details": "\n\n".join("\n".join(lines) for lines in paragraphs if lines),
    }


def _headline(event: Event, review: Review) -> str:
    """The headline: the result of an execution, or the name of the event."""
    if event is Event.COMPLETED and review.result and review.decision:
        return result_headline(review.result, review.result_detail, review.decision)
    return _HEADLINES[event]


def _subject(headline: str, stage: str) -> str:
    """The e-mail subject. A long stage name is truncated, since SNS accepts at most 100 characters.

    https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    """
    what = f"] Signoff: {headline}"
    room = 98 - len(what)
    name = stage if len(stage) <= room else f"{stage[: room - 3]}..."
    return f"[{name}{what}"


def read_announcement(text: str) -> Announced | AnnouncedFailure:
    """Read the event and the id. Raises `InvalidInput` for anything but an announcement."""
    try:
        fields = as_object("the announcement", json.loads(text))
        review_id = fields["review_id"]
        if fields["event"] == FAILED and is_review_id(review_id):
            return AnnouncedFailure(review_id=review_id)
        event = Event(fields["event"])
        seconds = int(fields["reminder"]) if event is Event.REMINDER else 0
        before = timedelta(seconds=seconds) if seconds > 0 else None
        result = Result(fields["result"]) if event is Event.COMPLETED else None
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
        raise InvalidInput(f"not an announcement: {type(error).__name__}") from None
    if event not in ANNOUNCED or not is_review_id(review_id):
        raise InvalidInput("not an announcement: missing review id or event")
    if event is Event.REMINDER and before is None:
        raise InvalidInput("not an announcement: missing the planned time of the reminder")
    return Announced(event=event, review_id=review_id, before=before, result=result)


def so_far(review: Review, needed: int) -> str:
    """Progress of the approvals, `1 of 2 approved`; empty if one is enough."""
    return approved_of(len(review.approvals), needed)


def approved_of(approved: int, needed: int) -> str:
    """Progress of the approvals, given the number of approvals."""
    return f"{approved} of {needed} approved" if needed > 1 or approved else ""


def _by_protocol(message: dict[str, str], sms: str) -> dict[str, str]:
    """The message for each protocol.

    https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
    """
    return {
        "default": _json(message),
        "email": f"{message['summary']}\n\n{message['details']}",
        "sms": _cut(sms, _MAX_SMS_BYTES),
    }


def _cut(text: str, most: int) -> str:
    """The text, truncated to `most` bytes of UTF-8."""
    return text.encode()[:most].decode(errors="ignore")


def _summary(event: Event, message: dict[str, str], review: Review, so_far: str) -> str:
    what = _headline(event, review)
    if event is Event.DECIDED:
        what = f"{message['decision'].capitalize()} by {', '.join(review.decided_by.names)}"
        what += f", {COULD_NOT_CHECK}," if review.self_approval_unchecked else ""
    elif event is Event.EXPIRED:
        what = f"Expired: {so_far if review.approvals else 'no decision'}"
    elif message["time_left"]:
        what += f", {message['time_left']} left," + (f" {so_far}," if so_far else "")
    return f"{what} in {message['stage']}: {message['title']}"


def _details(event: Event, message: dict[str, str], review: Review) -> str:
    """The whole announcement as text, Signoff's own lines first.

    Mail programs turn anything that looks like a URL into a link. Lines with text from others are
    therefore quoted, so that they cannot pass for Signoff's.
    """
    requester = with_proof(shown(review.requested_by), review.verified_requester)
    about = [
        f"Requested by: {requester}",
        f"Deadline: {times.for_people(review.deadline)}",
    ]
    paragraphs = [_ways(message) if event in ASKING else _end(message, review), about]
    if event is Event.COMPLETED:
        detail = _quoted(review.result_detail)
        paragraphs.insert(0, [f"Result: {_headline(event, review)}", *detail])
    paragraphs += [it for it in (_quoted(review.summary), _quoted_facts(review)) if it]
    return "\n\n".join("\n".join(lines) for lines in paragraphs)


def _ways(message: dict[str, str]) -> list[str]:
    return [
        f"Approve: {message['approval_link']}",
        f"Reject: {message['rejection_link']}",
        "",
        "You'll confirm on the next page.",
    ]


def _end(message: dict[str, str], review: Review) -> list[str]:
    answers = answer_texts(review.questions, review.answers) if message["decision"] else {}
    return [
        "Reason: " + "\n".join(_quoted(message["reason"]) or ["none given"]).removeprefix("> "),
        *(it for label, answer in answers.items() for it in _quoted(f"{label}: {answer}")),
    ]


def _quoted_facts(review: Review) -> list[str]:
    gauge = review.gauge
    lines = [
        *([f"{gauge.name}: {gauge_text(gauge)}"] if gauge else []),
        *(f"{name}: {fact_text(fact)}" for name, fact in review.facts.items()),
        *(f"{file.shown_name}: {file.link}" for file in review.evidence),
        *(f"{name} ({host_of(link)}): {link}" for name, link in review.links.items()),
    ]
    return _quoted("\n".join(lines))


def _quoted(text: str) -> list[str]:
    """Text from others, quoted line by line as in e-mail."""
    return [f"> {line}".rstrip() for line in text.splitlines()]


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    """A fact's name as a key: `Flagged rows` is `flagged_rows`."""
    return _UNFIT_IN_KEYS.sub("_", name.lower()).strip("_")
