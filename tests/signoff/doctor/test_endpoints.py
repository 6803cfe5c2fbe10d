"""What answers from outside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from signoff.doctor.findings import State
from signoff.doctor.probe import Probe
from tests.http_stub import Answer, http_stub
from tests.signoff.doctor.test_secrets import changed, parameter_of

if TYPE_CHECKING:
    from tests.signoff.doctor.conftest import Examined

pytestmark = pytest.mark.xdist_group("doctor")


def test_an_api_that_is_gone_is_told(whole: Examined) -> None:
    url = whole.deployed.outputs["decision_api_url"]
    seen = whole.seen(decision_api_url=url.replace("/$default", "x/$default"))
    assert "the API or its route was deleted" in seen.trouble("decision API").message


def test_a_function_that_fails_is_told_with_its_log(whole: Examined) -> None:
    with http_stub(Answer(status=503, body=b"{}")) as api:
        found = whole.seen(decision_api_url=api.url).trouble("decision API")
    assert "503" in found.message
    assert whole.operations["functions"]["decision_api"] in found.fix


def test_a_host_that_does_not_answer_leaves_it_unchecked(whole: Examined) -> None:
    (found,) = whole.seen(decision_api_url="http://127.0.0.1:9").look("decision API")
    assert found.state is State.UNCHECKED
    assert "No response from 127.0.0.1" in found.message


def test_a_link_that_alone_decides_is_a_warning_and_in_production_a_problem(
    by_topic: Examined,
) -> None:
    (found,) = by_topic.look("links")
    assert found.state is State.WARNING
    assert found.message.startswith("A link is enough to decide: anyone who can read #signoff")

    prod = by_topic.but(stage=replace(by_topic.probe.stage, name="prod"))
    assert "slackSigningSecret" in prod.trouble("links").fix


def test_where_links_decide_beside_buttons_it_says_what_to_set(
    whole: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = {**whole.probe.variables("decision_api"), "LINKS_DECIDE": "true"}

    def seen(_patient: Probe, _function: str) -> dict[str, str]:
        return variables

    monkeypatch.setattr(Probe, "variables", seen)
    (found,) = whole.look("links")
    assert "requireVerifiedReviewer" in found.fix


def test_links_of_a_stage_that_asks_nobody_decide_nothing(unconnected: Examined) -> None:
    assert unconnected.look("links") == []


def test_a_endpoint_that_lets_everybody_in_is_told(whole: Examined) -> None:
    with http_stub(Answer(status=200, body=b"{}")) as api:
        found = whole.seen(decision_api_url=api.url).trouble("buttons")
    assert "unsigned requests" in found.message
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("check", "function"),
    [("buttons", "slack_interactions"), ("slash command", "slack_commands")],
)
def test_a_function_with_another_secret_refuses_what_slack_signs(
    whole: Examined, check: str, function: str
) -> None:
    whole.look(check)  # the function has the old secret by now
    name = parameter_of(whole, function, "SLACK_SIGNING_SECRET_PARAMETER")
    with changed(whole, name, "f" * 32):
        found = whole.trouble(check)
    assert "uses another one" in found.message


def test_without_a_signing_secret_there_is_advice(by_topic: Examined) -> None:
    (found,) = by_topic.look("buttons")
    assert found.state is State.OK
    assert "slackSigningSecret" in found.fix
