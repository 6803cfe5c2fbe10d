"""The environment of the request function, and its access to evidence."""

import json

import pytest

from tests.components.deployments import (
    Deployment,
    deploy,
    environment,
    functions_of,
    statements,
)

BUCKET = "signoff-evidence-bucket-0a1b2c3"
PLACES = [f"{BUCKET}/{it}/" for it in ("incoming", "attachments", "samples")]


def test_it_may_only_read_evidence_in_s3() -> None:
    granted = [
        (statement["Action"], statement["Resource"])
        for statement in statements(deploy("dev"), "request-review-role")
        if "s3:" in str(statement["Action"])
    ]
    files = [f"arn:aws:s3:::{it}*" for it in PLACES]
    assert granted == [(["s3:GetObject", "s3:GetObjectVersion"], files)]


def test_it_gets_the_evidence_locations() -> None:
    places = environment(deploy("dev"), "request_review")["EVIDENCE_PLACES"]
    assert json.loads(places) == PLACES


@pytest.mark.parametrize(
    ("config", "subscription"),
    [({}, "channel-notify-slack-subscription"), ({"slackDelivery": "sns-https"}, "channel-slack")],
)
def test_it_is_created_after_the_subscription_to_slack(
    config: dict[str, str], subscription: str
) -> None:
    function = functions_of(deploy("dev", config))["request_review"]
    after = {urn.rsplit("::", 1)[-1] for urn in function.dependencies}
    assert f"signoff-gate-{subscription}" in after


@pytest.mark.parametrize("function", ["request_review", "sweep_reviews"])
def test_the_request_function_and_the_sweeper_use_the_same_times(
    deployment: Deployment, rules: Deployment, everything: Deployment, function: str
) -> None:
    for stage, remind, escalate in (
        (deployment, "", ""),
        (rules, "43200", ""),
        (everything, "3600,600", "1800"),
    ):
        variables = environment(stage, function)
        assert variables["REMIND_BEFORE_SECONDS"] == remind
        assert variables["ESCALATE_BEFORE_SECONDS"] == escalate


def test_it_shortens_links_as_configured(deployment: Deployment, rules: Deployment) -> None:
    assert environment(deployment, "request_review")["LINK_SHORTENER"] == "builtin"
    assert environment(rules, "request_review")["LINK_SHORTENER"] == "none"
