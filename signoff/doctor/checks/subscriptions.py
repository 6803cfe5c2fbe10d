"""Subscriptions to reviews and alarms, and whether they are confirmed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from lambdas.domain.review.words import counted
from signoff.doctor.findings import Finding, ok, problem, warning
from signoff.doctor.fixes import restore, set_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signoff.doctor.probe import Probe

SUBSCRIPTIONS, ALARMS = "subscriptions", "alarms"
PENDING, DELETED = "PendingConfirmation", "Deleted"
_ALARMS_AT_ONCE = 100
_WAYS = {"email": "e-mail", "https": "HTTPS", "sms": "SMS", "lambda": "Lambda"}
_CONFIRM = {
    "email": "Open the link in the e-mail from AWS Notifications.",
    "https": "Open the link that AWS sent there; a Slack workflow posts it in its channel.",
}


def subscriptions(probe: Probe) -> Iterator[Finding]:
    """Whether all review subscribers are subscribed and confirmed."""
    topic = probe.stage.output("review_topic_arn")
    expected = probe.operations["subscribers"]
    fix = set_value(probe.stage, "notifyEmails")
    yield from _compare(probe, SUBSCRIPTIONS, topic, expected, "of reviews", fix)


def alarms(probe: Probe) -> Iterator[Finding]:
    """Whether alarms notify their topic, and the topic has subscribers."""
    named = probe.operations["alarms"]
    topic, names = named["topic_arn"], sorted(named["names"])
    found: list[Any] = []
    for start in range(0, len(names), _ALARMS_AT_ONCE):
        asked = names[start : start + _ALARMS_AT_ONCE]
        found += probe.aws("cloudwatch", "describe_alarms", AlarmNames=asked)["MetricAlarms"]
    wired = {
        it["AlarmName"] for it in found if it["ActionsEnabled"] and topic in it["AlarmActions"]
    }
    if broken := [name for name in names if name not in wired]:
        yield problem(
            ALARMS,
            f"{counted(len(broken), 'alarm')} of {len(names)} missing or disabled, so not"
            f" notifying: {', '.join(broken)}.",
            restore(probe.stage),
        )
    else:
        ringing = [it["AlarmName"] for it in found if it["StateValue"] == "ALARM"]
        now = f" In alarm now: {', '.join(ringing)}." if ringing else ""
        see = f"See {probe.stage.output('dashboard_url')}" if ringing else ""
        yield ok(ALARMS, f"{counted(len(names), 'alarm')} enabled.{now}", see)
    expected = named["subscribers"]
    fix = set_value(probe.stage, "alarmEmail") if expected else f"Add a subscription to {topic}."
    yield from _compare(probe, ALARMS, topic, expected, "of alarms", fix)


def _compare(
    probe: Probe, check: str, topic: str, expected: Mapping[str, int], what: str, fix: str
) -> Iterator[Finding]:
    """Compare the topic's subscriptions with the expected number per protocol.

    `fix` adds one. In production it is a problem if there are none.
    """
    # SNS lists deleted subscriptions for some days.
    found = [it for it in _subscriptions(probe, topic) if it["SubscriptionArn"] != DELETED]
    pending = Counter(_kind(it) for it in found if it["SubscriptionArn"] == PENDING)
    confirmed = Counter(_kind(it) for it in found) - pending
    missing = Counter(expected) - pending - confirmed
    if pending:
        # Counts per protocol only; an address may be a secret.
        how = [_CONFIRM[kind] for kind in sorted(pending) if kind in _CONFIRM]
        yield problem(
            check,
            f"Not notified {what}, because not confirmed: {_counts(pending)}.",
            " ".join([*how, f"Links expire after two days. {restore(probe.stage)}"]),
        )
    if missing:
        yield problem(
            check,
            f"No longer subscribed, so not notified {what}: {_counts(missing)}.",
            restore(probe.stage),
        )
    if confirmed and not pending and not missing:
        yield ok(check, f"Notified {what}: {_counts(confirmed)}.")
    if not confirmed and not pending and not missing:
        report_none = problem if probe.stage.is_production else warning
        yield report_none(check, f"No subscribers are notified {what}.", fix)


def _counts(subscribers: Counter[str]) -> str:
    return ", ".join(
        f"{counted(number, 'subscriber')} by {_WAYS.get(kind, kind)}"
        for kind, number in sorted(subscribers.items())
    )


def _subscriptions(probe: Probe, topic: str) -> list[Any]:
    found: list[Any] = []
    more: dict[str, str] = {}
    while True:
        answer = probe.aws("sns", "list_subscriptions_by_topic", TopicArn=topic, **more)
        found += answer["Subscriptions"]
        if not answer.get("NextToken"):
            return found
        more = {"NextToken": answer["NextToken"]}


def _kind(subscription: Any) -> str:
    """The SNS protocol; http on loopback counts as https."""
    return "https" if subscription["Protocol"] == "http" else subscription["Protocol"]
