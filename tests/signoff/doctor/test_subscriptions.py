"""Subscriptions and alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from signoff.doctor.findings import State
from signoff.doctor.probe import Probe
from tests.http_stub import Answer, http_stub

if TYPE_CHECKING:
    from tests.signoff.doctor.conftest import CheckedStage

pytestmark = pytest.mark.xdist_group("doctor")


def test_an_unconfirmed_workflow_is_a_problem_with_its_fix(
    sns_delivery: CheckedStage,
) -> None:
    found = sns_delivery.problem("subscriptions")
    assert found.message == "Not notified of reviews, because not confirmed: 1 subscriber by HTTPS."
    assert "a Slack workflow posts it" in found.fix


def test_a_missing_subscriber_is_a_problem(healthy: CheckedStage) -> None:
    expected = {**healthy.operations["subscribers"], "sms": 1}
    found = healthy.with_operations(subscribers=expected).problem("subscriptions")
    assert "No longer subscribed" in found.message
    assert "1 subscriber by SMS" in found.message


def test_an_unconfirmed_subscription_to_alarms_is_a_problem(healthy: CheckedStage) -> None:
    sns: Any = healthy.client("sns")
    topic = sns.create_topic(Name="alarms-unconfirmed")["TopicArn"]
    named = healthy.operations["alarms"]
    with http_stub(Answer()) as endpoint:
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint.url)
        alarms: dict[str, Any] = {"topic_arn": topic, "names": [], "subscribers": {"https": 1}}
        found = healthy.with_operations(alarms=alarms).problem("alarms")
    assert "Not notified of alarms, because not confirmed" in found.message
    assert named["topic_arn"] not in found.message


@pytest.mark.parametrize(
    ("stage", "state"),
    [("dev", State.WARNING), ("prod", State.PROBLEM), ("production-eu", State.PROBLEM)],
)
def test_alarms_without_subscribers_are_a_problem_in_production(
    sns_delivery: CheckedStage, stage: str, state: State
) -> None:
    *_, found = sns_delivery.with_name(stage).findings("alarms")
    assert (found.state, found.message) == (state, "No subscribers are notified of alarms.")
    assert "alarmEmail" in found.fix


@pytest.mark.parametrize(("stage", "state"), [("dev", State.WARNING), ("prod", State.PROBLEM)])
def test_reviews_without_subscribers_are_a_problem_in_production(
    unconnected: CheckedStage, stage: str, state: State
) -> None:
    (found,) = unconnected.with_name(stage).findings("subscriptions")
    assert (found.state, found.message) == (state, "No subscribers are notified of reviews.")
    assert "notifyEmails" in found.fix


def test_an_existing_topic_without_subscribers_needs_a_subscription(
    sns_delivery: CheckedStage,
) -> None:
    sns: Any = sns_delivery.client("sns")
    topic = sns.create_topic(Name="oncall")["TopicArn"]
    alarms: dict[str, Any] = {"topic_arn": topic, "names": [], "subscribers": {}}
    *_, found = sns_delivery.with_operations(alarms=alarms).findings("alarms")
    assert found.fix == f"Add a subscription to {topic}."


@pytest.mark.parametrize(
    ("arns", "state"),
    [(["Deleted"], State.WARNING), (["Deleted", "arn:aws:sns:x"], State.OK)],
)
def test_a_deleted_subscription_that_sns_still_lists_is_not_counted(
    healthy: CheckedStage, monkeypatch: pytest.MonkeyPatch, arns: list[str], state: State
) -> None:
    listed = [{"SubscriptionArn": it, "Protocol": "email"} for it in arns]

    def aws(_probe: Probe, *_call: str, **_arguments: str) -> Any:
        return {"Subscriptions": listed}

    monkeypatch.setattr(Probe, "aws", aws)
    (found,) = healthy.with_operations(subscribers={}).findings("subscriptions")
    assert found.state is state
    (found, *_) = healthy.with_operations(subscribers={"email": 2}).findings("subscriptions")
    assert found.state is State.PROBLEM
    assert "No longer subscribed" in found.message


def test_a_disabled_alarm_is_named(healthy: CheckedStage) -> None:
    cloudwatch: Any = healthy.client("cloudwatch")
    name = healthy.operations["alarms"]["names"][0]
    cloudwatch.disable_alarm_actions(AlarmNames=[name])
    try:
        assert name in healthy.problem("alarms").message
    finally:
        cloudwatch.enable_alarm_actions(AlarmNames=[name])


def test_a_deleted_alarm_is_named(healthy: CheckedStage) -> None:
    named = healthy.operations["alarms"]
    alarms = {**named, "names": [*named["names"], "never-there"]}
    found = healthy.with_operations(alarms=alarms).problem("alarms").message
    assert "1 alarm of" in found
    assert "never-there" in found


def test_an_active_alarm_is_shown_and_not_a_problem(healthy: CheckedStage) -> None:
    cloudwatch: Any = healthy.client("cloudwatch")
    name = healthy.operations["alarms"]["names"][0]
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    try:
        wired, _ = healthy.findings("alarms")
        assert wired.state is State.OK
        assert f"In alarm now: {name}." in wired.message
        assert "#dashboards/" in wired.fix
    finally:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="a test")


def test_all_pages_of_subscriptions_are_read(
    healthy: CheckedStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = [{"SubscriptionArn": "arn:aws:sns:x", "Protocol": "email"}] * 100
    first = {"Subscriptions": page, "NextToken": "more"}

    def aws(_probe: Probe, *_call: str, TopicArn: str, NextToken: str = "") -> Any:  # noqa: N803
        assert TopicArn == healthy.deployed.outputs["review_topic_arn"]
        return {"": first, "more": {"Subscriptions": page[:30]}}[NextToken]

    monkeypatch.setattr(Probe, "aws", aws)
    (found,) = healthy.with_operations(subscribers={"email": 130}).findings("subscriptions")
    assert found.message == "Notified of reviews: 130 subscribers by e-mail."
