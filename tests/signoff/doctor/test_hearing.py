"""Subscriptions and alarms."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import requests
from moto import mock_aws

from signoff.doctor.checks import hearing
from signoff.doctor.findings import State
from signoff.doctor.patient import Patient
from signoff.stage import Stage
from tests.http_stub import Answer, http_stub

if TYPE_CHECKING:
    from tests.signoff.doctor.conftest import Examined

pytestmark = pytest.mark.xdist_group("doctor")


def test_who_is_told_is_counted_by_their_ways(whole: Examined) -> None:
    (found,) = whole.look("subscriptions")
    assert found.state is State.OK
    assert found.found == "Told of reviews: 2 subscribers by e-mail, 2 subscribers by Lambda."


def test_a_workflow_that_nobody_has_confirmed_is_told_with_the_way_to_do_it(
    by_topic: Examined,
) -> None:
    found = by_topic.trouble("subscriptions")
    assert found.found == "Not confirmed, so told nothing of reviews: 1 subscriber by HTTPS."
    assert "a Slack workflow shows it" in found.do


def test_a_subscriber_who_left_is_missed(whole: Examined) -> None:
    expected = {**whole.operations["subscribers"], "sms": 1}
    seen = whole.seen(operations={**whole.operations, "subscribers": expected})
    found = seen.trouble("subscriptions")
    assert "Not subscribed any more" in found.found
    assert "1 subscriber by SMS" in found.found


def test_an_alarm_address_that_is_not_confirmed_is_told(whole: Examined) -> None:
    sns: Any = whole.client("sns")
    topic = sns.create_topic(Name="alarms-unconfirmed")["TopicArn"]
    named = whole.operations["alarms"]
    with http_stub(Answer()) as endpoint:
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint.url)
        alarms: dict[str, Any] = {"topic_arn": topic, "names": [], "subscribers": {"https": 1}}
        seen = whole.seen(operations={**whole.operations, "alarms": alarms})
        found = seen.trouble("alarms")
    assert "Not confirmed, so told nothing of alarms" in found.found
    assert named["topic_arn"] not in found.found


def test_without_an_alarm_address_there_is_advice_and_no_problem(by_topic: Examined) -> None:
    *_, nobody = by_topic.look("alarms")
    assert (nobody.state, nobody.found) == (State.OK, "Nobody is told of alarms.")
    assert "alarmEmail" in nobody.do


def test_an_alarm_that_is_switched_off_is_named(whole: Examined) -> None:
    cloudwatch: Any = whole.client("cloudwatch")
    name = whole.operations["alarms"]["names"][0]
    cloudwatch.disable_alarm_actions(AlarmNames=[name])
    try:
        assert name in whole.trouble("alarms").found
    finally:
        cloudwatch.enable_alarm_actions(AlarmNames=[name])


def test_an_alarm_that_is_gone_is_named(whole: Examined) -> None:
    named = whole.operations["alarms"]
    alarms = {**named, "names": [*named["names"], "never-there"]}
    seen = whole.seen(operations={**whole.operations, "alarms": alarms})
    assert "1 alarm of" in seen.trouble("alarms").found
    assert "never-there" in seen.trouble("alarms").found


def test_an_alarm_that_rings_is_told_and_is_no_fault_of_the_wiring(whole: Examined) -> None:
    cloudwatch: Any = whole.client("cloudwatch")
    name = whole.operations["alarms"]["names"][0]
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    try:
        wired, _ = whole.look("alarms")
        assert wired.state is State.OK
        assert f"Ringing now: {name}." in wired.found
        assert "#dashboards/" in wired.do
    finally:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="a test")


def test_a_topic_of_more_than_a_page_is_read_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(variable, "testing")
    with mock_aws():
        sns = boto3.client("sns", region_name="eu-central-1")
        topic = sns.create_topic(Name="crowded")["TopicArn"]
        for number in range(130):
            address = f"reader-{number}@example.com"
            sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
        outputs: dict[str, object] = {
            "state_machine_arn": "arn:aws:states:eu-central-1:123456789012:stateMachine:x",
            "review_topic_arn": topic,
            "operations": {"subscribers": {"email": 130}},
        }
        patient = Patient(
            stage=Stage(name="dev", outputs=outputs), session=requests.Session(), clock=time.time
        )
        (found,) = hearing.subscriptions(patient)
    assert found.found == "Told of reviews: 130 subscribers by e-mail."
