"""A stage that is well, and one that nobody can look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from signoff.doctor.diagnosis import CHECKS
from signoff.doctor.findings import State

if TYPE_CHECKING:
    from signoff.doctor.findings import Finding
    from tests.signoff.doctor.conftest import Examined

pytestmark = pytest.mark.xdist_group("doctor")


@pytest.fixture(scope="module")
def begun() -> list[str]:
    """The checks that were announced while the stage was well."""
    return []


@pytest.fixture(scope="module")
def found(whole: Examined, begun: list[str]) -> list[Finding]:
    """What is found while the stage is well."""
    return whole.examine(begun.append)


def test_a_stage_that_is_well_is_found_so_by_every_check(
    begun: list[str], found: list[Finding]
) -> None:
    assert [it for it in found if it.state is not State.OK] == []
    assert {it.check for it in found} == {*CHECKS, "bot", "bot scopes"}
    assert begun == list(CHECKS)


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ("secrets", "slackBotToken is set and used by notify_slack"),
        ("secrets", "slackSigningSecret is set"),
        ("secrets", "escalationSlackWebhookUrl is set"),
        ("escalation channel", "The webhook is valid."),
        ("subscriptions", "Notified of reviews: 2 subscribers by e-mail, 2 subscribers by Lambda."),
    ],
)
def test_what_is_well_is_told_with_what_it_rests_on(
    found: list[Finding], check: str, told: str
) -> None:
    assert [it for it in found if it.check == check and it.message.startswith(told)]


def test_looking_writes_nothing_posts_nothing_and_decides_nothing(
    whole: Examined, found: list[Finding]
) -> None:
    assert found
    assert whole.deployed.messages() == []
    assert whole.deployed.escalation.messages() == []
    dynamodb = whole.client("dynamodb")
    for table in ("reviews_table_name", "audit_log_table_name"):
        rows = dynamodb.scan(TableName=whole.deployed.outputs[table], ConsistentRead=True)
        assert rows["Items"] == []


def test_no_finding_has_a_secret_in_it(whole: Examined, found: list[Finding]) -> None:
    ssm = whole.client("ssm")
    names = [it["Name"] for it in ssm.describe_parameters()["Parameters"]]
    stored = [ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"] for name in names]
    assert len(stored) >= 3
    assert [it["Name"] for it in stored if it["Value"] in str(found)] == []


def test_a_stage_of_earlier_days_is_to_be_deployed_again(whole: Examined) -> None:
    found = whole.seen(operations=None).examine()
    unknown = [it for it in found if it.state is State.UNCHECKED]
    assert len(unknown) > 5
    assert {it.fix for it in unknown} == {"Restart the local stack: make demo"}


def test_what_fails_in_one_check_stops_no_other(whole: Examined) -> None:
    found = whole.having(schedule=7, queues={}).examine()
    failed = {it.check for it in found if it.state is State.UNCHECKED}
    assert failed == {"schedule", "undelivered messages", "dead letters"}
    assert {it.check for it in found} >= set(CHECKS)
