"""Every kind of Slack message about reviews, and the texts in them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

from lambdas.domain.review.events import ENDINGS, Event
from lambdas.domain.review.request import Gauge, Kind, Preview, Question
from lambdas.domain.review.review import UNVERIFIED, Approvals, Outcome, Review, Status, Way
from lambdas.domain.slack.commands.replies import Replies
from lambdas.domain.slack.messages import private_reply
from lambdas.domain.slack.notices import SlackNotices
from lambdas.domain.store.audit_log import Entry
from tests.lambdas.conftest import API_URL, NOW, make_file, make_review

LEFT = {
    Event.REQUESTED: timedelta(hours=24),
    Event.REMINDER: timedelta(hours=2),
    Event.ESCALATED: timedelta(hours=1),
}
QUESTIONS = (
    Question(name="share", label="Share of traffic", kind=Kind.NUMBER, required=True),
    Question(name="region", label="Region", kind=Kind.CHOICE, choices=("eu", "us <3")),
    Question(name="informed", label="Is support informed?", kind=Kind.YES_NO, required=True),
    Question(name="watch", label="What to watch?", kind=Kind.TEXT),
)
ANSWERS = {"share": 5, "region": "us <3", "informed": True}


def full_review(**changes: Any) -> Review:
    """A review that uses every field of a request."""
    facts: dict[str, Any] = {
        "summary": "Better on the holdout set.\nWorse for new customers.",
        "facts": {"Model": "churn 4.2", "AUC": 0.913, "Training rows": 1284311},
        "gauge": Gauge(value=0.08, limit=0.06),
        "preview": Preview(
            columns=("Segment", "Customers", "Recall"),
            rows=(("New", 18211, 0.71), ("Returned", "", 0.7), ("", 9122, 0.84)),
        ),
        "evidence": (
            make_file(name="evaluation.pdf", size=1_240_311, link=f"{API_URL}/evidence?n=0"),
            make_file(sha256="", size=None, link=f"{API_URL}/evidence?n=1"),
        ),
        "links": {"Dashboard": "https://grafana.example.com/d/churn?a=1&b=2"},
        "questions": QUESTIONS,
        "started_by": "arn:aws:states:eu-central-1:123456789012:execution:train:nightly",
    }
    return make_review(**(facts | changes))


def slack_message(
    event: Event = Event.REQUESTED,
    review: Review | None = None,
    *,
    buttons: bool = False,
    needed: int = 1,
    own: bool = False,
) -> dict[str, Any]:
    review = review or make_review()
    notices = SlackNotices(buttons=buttons, needed=needed, allow_self_approval=own)
    return notices.notice(event, review, review.deadline - LEFT.get(event, timedelta(0)))


def reply(*, buttons: bool = False, needed: int = 1, **changes: Any) -> dict[str, Any]:
    review = make_review(**changes)
    notices = SlackNotices(buttons=buttons, needed=needed)
    return notices.reply(Event.REMINDER, review, review.deadline - LEFT[Event.REMINDER])


def ending(status: Status, **changes: Any) -> dict[str, Any]:
    return slack_message(ENDINGS[status], make_review(status=status, **changes))


def decided(decision: Outcome = Outcome.APPROVED, **changes: Any) -> dict[str, Any]:
    """The fields that a decision adds to a review."""
    facts: dict[str, Any] = {
        "status": decision.status,
        "decision": decision,
        "reviewer": UNVERIFIED,
        "via": Way.LINK,
        "decided_at": NOW,
    }
    known = facts | changes
    return {"reviewer_key": known["reviewer"], **known}


def every_message(**changes: Any) -> dict[str, dict[str, Any]]:
    """Every message about a full review, by kind."""
    review = full_review(**changes)
    end = decided(Outcome.REJECTED, reviewer="U9LEE", reason="no", answers=ANSWERS)
    over = full_review(**(end | changes))
    voted = full_review(**{"approvals": Approvals({"U1ANN": "Ann"}), **changes})
    quorum = SlackNotices(buttons=True, needed=3)
    return {
        "links": slack_message(review=review),
        "buttons": slack_message(review=review, buttons=True),
        "one of three": quorum.replacement(voted, NOW),
        "reminder": slack_message(Event.REMINDER, review),
        "reminder with buttons": slack_message(Event.REMINDER, review, buttons=True),
        "reply": SlackNotices(buttons=True).reply(Event.REMINDER, review, NOW),
        "escalated": slack_message(Event.ESCALATED, voted, buttons=True, needed=3),
        "decided": slack_message(Event.DECIDED, over),
        "replaced": SlackNotices(buttons=True).replacement(over, NOW),
        "closed": SlackNotices().outcome(over),
        **{
            status: slack_message(event, full_review(**{"status": status, **changes}))
            for status, event in ENDINGS.items()
            if event is not Event.DECIDED
        },
    }


def every_answer(**changes: Any) -> dict[str, dict[str, Any]]:
    """Every reply to a slash command about a full review, by kind."""
    replies = Replies(stage="dev", needed=2)
    review = full_review(**changes)
    over = full_review(
        **(decided(Outcome.REJECTED, reviewer="U9LEE", reason="no", answers=ANSWERS) | changes)
    )
    text = str(changes.get("title", "?"))
    record = [
        Entry(at=NOW, event=event, person=text, identity="", via="", source_address="", why=text)
        for event in (*Event, "review.of_tomorrow")
    ]
    return {
        "pending": replies.pending([review] * 150, NOW, more=True),
        "history": replies.history([over] * 150),
        "show pending": replies.review(review, record, NOW),
        "show ended": replies.review(over, record, NOW),
        "help": replies.help("/signoff", text),
        "problem": replies.problem(text),
        "refused click": private_reply(text, title=text, entered=[(text, text)] * 6),
    }


def blocks_of(message: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [block for block in message["blocks"] if block["type"] == kind]


def text_objects(value: Any) -> list[dict[str, Any]]:
    """Every text object in a value."""
    if isinstance(value, list):
        return [it for one in cast("list[Any]", value) for it in text_objects(one)]
    if not isinstance(value, dict):
        return []
    known = cast("dict[str, Any]", value)
    own = [known] if known.get("type") in ("plain_text", "mrkdwn", "raw_text") else []
    return own + [it for one in known.values() for it in text_objects(one)]


def texts(message: dict[str, Any]) -> Iterator[str]:
    """Every text in a message's blocks."""
    return (text["text"] for text in text_objects(message["blocks"]))
