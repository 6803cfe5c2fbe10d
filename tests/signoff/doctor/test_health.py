"""All checks together, on a healthy stage and on one with broken outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from signoff.doctor.diagnosis import CHECKS
from signoff.doctor.findings import State

if TYPE_CHECKING:
    from signoff.doctor.findings import Finding
    from tests.signoff.doctor.conftest import CheckedStage

pytestmark = pytest.mark.xdist_group("doctor")


@pytest.fixture(scope="module")
def started() -> list[str]:
    """Names of the checks, as they start on the healthy stage."""
    return []


@pytest.fixture(scope="module")
def found(healthy: CheckedStage, started: list[str]) -> list[Finding]:
    """Findings on the healthy stage."""
    return healthy.all_findings(started.append)


def test_every_check_passes_on_a_healthy_stage(started: list[str], found: list[Finding]) -> None:
    assert [it for it in found if it.state is not State.OK] == []
    assert {it.check for it in found} == {*CHECKS, "bot", "bot scopes"}
    assert started == list(CHECKS)


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ("secrets", "slackBotToken is set and used by notify_slack"),
        ("secrets", "slackSigningSecret is set"),
        ("secrets", "escalationSlackWebhookUrl is set"),
        ("escalation channel", "The webhook is valid."),
        ("subscriptions", "Notified of reviews: 2 subscribers by e-mail, 2 subscribers by Lambda."),
    ],
)
def test_a_passed_check_reports_what_it_verified(
    found: list[Finding], check: str, message: str
) -> None:
    assert [it for it in found if it.check == check and it.message.startswith(message)]


def test_the_checks_write_and_post_nothing(healthy: CheckedStage, found: list[Finding]) -> None:
    assert found
    assert healthy.deployed.messages() == []
    assert healthy.deployed.escalation.messages() == []
    dynamodb = healthy.client("dynamodb")
    for table in ("reviews_table_name", "audit_log_table_name"):
        rows = dynamodb.scan(TableName=healthy.deployed.outputs[table], ConsistentRead=True)
        assert rows["Items"] == []


def test_no_finding_contains_a_secret(healthy: CheckedStage, found: list[Finding]) -> None:
    ssm = healthy.client("ssm")
    names = [it["Name"] for it in ssm.describe_parameters()["Parameters"]]
    stored = [ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"] for name in names]
    assert len(stored) >= 3
    assert [it["Name"] for it in stored if it["Value"] in str(found)] == []


def test_a_stage_of_an_earlier_version_must_be_deployed_again(healthy: CheckedStage) -> None:
    found = healthy.with_outputs(operations=None).all_findings()
    unchecked = [it for it in found if it.state is State.UNCHECKED]
    assert len(unchecked) > 5
    assert {it.fix for it in unchecked} == {"Restart the local stack: make demo"}


def test_a_failing_check_stops_no_other(healthy: CheckedStage) -> None:
    found = healthy.with_operations(schedule=7, queues={}).all_findings()
    failed = {it.check for it in found if it.state is State.UNCHECKED}
    assert failed == {"schedule", "undelivered messages", "dead letters"}
    assert {it.check for it in found} >= set(CHECKS)
