"""Checks of the decision API, links, buttons and the slash command."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from signoff.doctor.findings import State
from signoff.doctor.probe import Probe
from tests.http_stub import Answer, http_stub
from tests.signoff.doctor.test_secrets import changed_parameter, parameter_of

if TYPE_CHECKING:
    from tests.signoff.doctor.conftest import CheckedStage

pytestmark = pytest.mark.xdist_group("doctor")


def test_a_deleted_api_is_a_problem(healthy: CheckedStage) -> None:
    url = healthy.deployed.outputs["decision_api_url"]
    stage = healthy.with_outputs(decision_api_url=url.replace("/$default", "x/$default"))
    assert "the API or its route was deleted" in stage.problem("decision API").message


def test_a_failing_function_is_a_problem_with_its_log(healthy: CheckedStage) -> None:
    with http_stub(Answer(status=503, body=b"{}")) as api:
        found = healthy.with_outputs(decision_api_url=api.url).problem("decision API")
    assert "503" in found.message
    assert healthy.operations["functions"]["decision_api"] in found.fix


def test_an_unreachable_api_is_unchecked(healthy: CheckedStage) -> None:
    (found,) = healthy.with_outputs(decision_api_url="http://127.0.0.1:9").findings("decision API")
    assert found.state is State.UNCHECKED
    assert "No response from 127.0.0.1" in found.message


def test_deciding_by_link_alone_is_a_warning_and_in_production_a_problem(
    sns_delivery: CheckedStage,
) -> None:
    (found,) = sns_delivery.findings("links")
    assert found.state is State.WARNING
    assert found.message.startswith("A link is enough to decide: anyone who can read #signoff")

    prod = sns_delivery.with_probe(stage=replace(sns_delivery.probe.stage, name="prod"))
    assert "slackSigningSecret" in prod.problem("links").fix


def test_links_that_decide_beside_buttons_name_the_setting(
    healthy: CheckedStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = {**healthy.probe.variables("decision_api"), "LINKS_DECIDE": "true"}

    def replaced(_probe: Probe, _function: str) -> dict[str, str]:
        return variables

    monkeypatch.setattr(Probe, "variables", replaced)
    (found,) = healthy.findings("links")
    assert "requireVerifiedReviewer" in found.fix


def test_links_of_an_unconnected_stage_are_not_checked(unconnected: CheckedStage) -> None:
    assert unconnected.findings("links") == []


def test_an_endpoint_that_accepts_unsigned_requests_is_a_problem(healthy: CheckedStage) -> None:
    with http_stub(Answer(status=200, body=b"{}")) as api:
        found = healthy.with_outputs(decision_api_url=api.url).problem("buttons")
    assert "unsigned requests" in found.message
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("check", "function"),
    [("buttons", "slack_interactions"), ("slash command", "slack_commands")],
)
def test_a_function_with_another_signing_secret_is_a_problem(
    healthy: CheckedStage, check: str, function: str
) -> None:
    healthy.findings(check)  # the function caches the old secret
    name = parameter_of(healthy, function, "SLACK_SIGNING_SECRET_PARAMETER")
    with changed_parameter(healthy, name, "f" * 32):
        found = healthy.problem(check)
    assert "uses another one" in found.message


def test_a_missing_signing_secret_is_advice(sns_delivery: CheckedStage) -> None:
    (found,) = sns_delivery.findings("buttons")
    assert found.state is State.OK
    assert "slackSigningSecret" in found.fix
