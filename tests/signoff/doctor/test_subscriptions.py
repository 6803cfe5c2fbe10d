"""Subscriptions and alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from signoff.doctor.findings import State
from signoff.doctor.probe import Probe
from tests.http_stub import Answer, http_stub

if TYPE_CHECKING:
    from tests.signoff.doctor.conftest import Examined

pytestmark = pytest.mark.xdist_group("doctor")


def test_a_workflow_that_nobody_has_confirmed_is_told_with_the_way_to_do_it(
    by_topic: Examined,
) -> None:
    found = by_topic.trouble("subscriptions")
    assert found.message == "Not notified of reviews, because not confirmed: 1 subscriber by HTTPS."
    assert "a Slack workflow posts it" in found.fix


def test_a_subscriber_who_left_is_missed(whole: Examined) -> None:
    expected = {**whole.operations["subscribers"], "sms": 1}
    found = whole.having(subscribers=expected).trouble("subscriptions")
    assert "No longer subscribed" in found.message
    assert "1 subscriber by SMS" in found.message


def test_an_alarm_address_that_is_not_confirmed_is_told(whole: Examined) -> None:
    sns: Any = whole.client("sns")
    topic = sns.create_topic(Name="alarms-unconfirmed")["TopicArn"]
    named = whole.operations["alarms"]
    with http_stub(Answer()) as endpoint:
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint.url)
        alarms: dict[str, Any] = {"topic_arn": topic, "names": [], "subscribers": {"https": 1}}
        found = whole.having(alarms=alarms).trouble("alarms")
    assert "Not notified of alarms, because not confirmed" in found.message
    assert named["topic_arn"] not in found.message


@pytest.mark.parametrize(
    ("stage", "state"),
    [("dev", State.WARNING), ("prod", State.PROBLEM), ("production-eu", State.PROBLEM)],
)
def test_alarms_that_notify_nobody_are_a_problem_in_production(
    by_topic: Examined, stage: str, state: State
) -> None:
    *_, nobody = by_topic.named(stage).look("alarms")
    assert (nobody.state, nobody.message) == (state, "No subscribers are notified of alarms.")
    assert "alarmEmail" in nobody.fix


@pytest.mark.parametrize(("stage", "state"), [("dev", State.WARNING), ("prod", State.PROBLEM)])
def test_reviews_that_nobody_is_notified_of_are_a_problem_in_production(
    unconnected: Examined, stage: str, state: State
) -> None:
    (nobody,) = unconnected.named(stage).look("subscriptions")
    assert (nobody.state, nobody.message) == (state, "No subscribers are notified of reviews.")
    assert "notifyEmails" in nobody.fix


def test_a_topic_of_one_s_own_wants_a_subscriber_and_no_address(by_topic: Examined) -> None:
    sns: Any = by_topic.client("sns")
    topic = sns.create_topic(Name="oncall")["TopicArn"]
    alarms: dict[str, Any] = {"topic_arn": topic, "names": [], "subscribers": {}}
    *_, nobody = by_topic.having(alarms=alarms).look("alarms")
    assert nobody.fix == f"Add a subscription to {topic}."


@pytest.mark.parametrize(
    ("left", "state"),
    [(["Deleted"], State.WARNING), (["Deleted", "arn:aws:sns:x"], State.OK)],
)
def test_a_subscriber_who_left_is_not_confirmed_while_sns_still_lists_it(
    whole: Examined, monkeypatch: pytest.MonkeyPatch, left: list[str], state: State
) -> None:
    listed = [{"SubscriptionArn": it, "Protocol": "email"} for it in left]

    def aws(_patient: Probe, *_asked: str, **_about: str) -> Any:
        return {"Subscriptions": listed}

    monkeypatch.setattr(Probe, "aws", aws)
    (found,) = whole.having(subscribers={}).look("subscriptions")
    assert found.state is state
    (missed, *_) = whole.having(subscribers={"email": 2}).look("subscriptions")
    assert missed.state is State.PROBLEM
    assert "No longer subscribed" in missed.message


def test_an_alarm_that_is_switched_off_is_named(whole: Examined) -> None:
    cloudwatch: Any = whole.client("cloudwatch")
    name = whole.operations["alarms"]["names"][0]
    cloudwatch.disable_alarm_actions(AlarmNames=[name])
    try:
        assert name in whole.trouble("alarms").message
    finally:
        cloudwatch.enable_alarm_actions(AlarmNames=[name])


def test_an_alarm_that_is_gone_is_named(whole: Examined) -> None:
    named = whole.operations["alarms"]
    alarms = {**named, "names": [*named["names"], "never-there"]}
    found = whole.having(alarms=alarms).trouble("alarms").message
    assert "1 alarm of" in found
    assert "never-there" in found


def test_an_alarm_that_rings_is_told_and_is_no_fault_of_the_wiring(whole: Examined) -> None:
    cloudwatch: Any = whole.client("cloudwatch")
    name = whole.operations["alarms"]["names"][0]
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    try:
        wired, _ = whole.look("alarms")
        assert wired.state is State.OK
        assert f"In alarm now: {name}." in wired.message
        assert "#dashboards/" in wired.fix
    finally:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="a test")


def test_a_topic_of_more_than_a_page_is_read_to_the_end(
    whole: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = [{"SubscriptionArn": "arn:aws:sns:x", "Protocol": "email"}] * 100
    first = {"Subscriptions": page, "NextToken": "more"}

    def aws(_patient: Probe, *_asked: str, TopicArn: str, NextToken: str = "") -> Any:  # noqa: N803
        assert TopicArn == whole.deployed.outputs["review_topic_arn"]
        return {"": first, "more": {"Subscriptions": page[:30]}}[NextToken]

    monkeypatch.setattr(Probe, "aws", aws)
    (found,) = whole.having(subscribers={"email": 130}).look("subscriptions")
    assert found.message == "Notified of reviews: 130 subscribers by e-mail."
