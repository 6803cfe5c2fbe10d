"""The resources of `pulumi up`: the real program and stage files on a mocked cloud."""

import re
from pathlib import Path

import pytest

from tests.components.deployments import (
    BUTTONS,
    EVERYTHING,
    ROOT,
    SECRETS,
    STAGES,
    Deployment,
    deploy,
    functions_of,
)

OUTPUTS = {
    "approve_url",
    "reject_url",
    "decision_api_url",
    "operator_api_url",
    "operator_policy_arn",
    "asker_policy_arn",
    "state_machine_arn",
    "review_machine_arn",
    "answer_machine_arn",
    "review_topic_arn",
    "dataset_topic_arn",
    "reviews_table_name",
    "audit_log_table_name",
    "evidence_bucket_name",
    "slack_channel",
    "slack_connection",
    "slack_app_manifest",
    "dashboard_url",
    "operations",
}
AUTO_NAME = "-0a1b2c3"


def test_the_outputs_match_the_contract_and_none_is_secret(deployment: Deployment) -> None:
    assert set(deployment.outputs) == OUTPUTS
    assert deployment.secret_outputs == []


def test_the_links_lead_to_the_decision_api(staged: Deployment, stage: str) -> None:
    url = staged.outputs["decision_api_url"]
    assert not url.endswith("/")
    assert staged.outputs["approve_url"] == f"{url}/approve"
    assert staged.outputs["reject_url"] == f"{url}/reject"
    assert staged.outputs["slack_channel"] == f"#signoff-{stage}"


def test_nothing_is_registered_twice(variant: Deployment) -> None:
    urns = [resource.urn for resource in variant.resources]
    assert len(set(urns)) == len(urns)


def test_every_resource_belongs_to_the_flow(variant: Deployment) -> None:
    roots = [item.name for item in variant.resources if "::pulumi:pulumi:Stack::" in item.parent]
    assert roots == ["signoff"]


def test_logical_names_start_with_the_components_name(variant: Deployment) -> None:
    names = {resource.urn: resource.name for resource in variant.resources}
    for resource in variant.resources:
        parent = names.get(resource.parent, "signoff")
        assert resource.name.startswith(parent)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", resource.name)
        assert not set(STAGES) & set(resource.name.split("-"))


def test_physical_names_are_short_enough_for_aws(variant: Deployment) -> None:
    for type_ in ("Role", "Function", "Bucket", "Queue"):
        for resource in variant.of_type(type_):
            assert len(resource.name + AUTO_NAME) <= 63


def test_every_resource_with_tags_has_project_and_stage(staged: Deployment, stage: str) -> None:
    tagged = [item for item in staged.resources if item.takes_tags]
    assert len(tagged) > 20
    for resource in tagged:
        assert resource.inputs["tags"] == {"project": "signoff", "stage": stage}, resource.name


def test_a_preview_has_no_known_values() -> None:
    preview = deploy("dev", preview=True)
    known = {"slack_channel": "#signoff-dev", "slack_connection": "incoming-webhook"}
    assert preview.outputs == dict.fromkeys(OUTPUTS, "<unknown>") | known


def test_a_preview_plans_everything_in_every_variant(
    variant: Deployment, variant_config: dict[str, str]
) -> None:
    preview = deploy("dev", variant_config, preview=True)
    assert {item.urn for item in preview.resources} == {item.urn for item in variant.resources}


def test_no_output_is_embedded_in_a_string_by_accident(variant: Deployment) -> None:
    for resource in variant.resources:
        assert "Calling __str__ on an Output" not in str(resource.inputs), resource.name


def holders(deployment: Deployment, *secrets: str) -> set[tuple[str, str]]:
    """The places of these texts: names of resources and inputs."""
    return {
        (resource.name, key)
        for resource in deployment.resources
        for key, value in resource.inputs.items()
        if any(secret in str(value) for secret in secrets)
    }


@pytest.mark.parametrize(
    ("config", "places"),
    [
        ({}, {("signoff-gate-channel-notify-slack-webhook", "value")}),
        ({"slackDelivery": "sns-https"}, {("signoff-gate-channel-slack", "endpoint")}),
        (
            BUTTONS,
            {
                ("signoff-gate-channel-notify-slack-webhook", "value"),
                ("signoff-gate-slack-interactions-signing-secret", "value"),
            },
        ),
        (
            EVERYTHING,
            {
                ("signoff-gate-channel-notify-slack-bot-token", "value"),
                ("signoff-gate-channel-escalation-webhook", "value"),
                ("signoff-gate-slack-interactions-signing-secret", "value"),
            },
        ),
    ],
)
def test_a_secret_is_in_one_resource_and_marked_as_secret(
    config: dict[str, str], places: set[tuple[str, str]]
) -> None:
    deployment = deploy("dev", config)
    marked = {(item.name, key) for item in deployment.resources for key in item.secrets}
    assert holders(deployment, *SECRETS) == marked == places


def test_no_secret_appears_outside_its_marked_input(variant: Deployment) -> None:
    marked = {(item.name, key) for item in variant.resources for key in item.secrets}
    assert holders(variant, *SECRETS) == marked
    assert not any(secret in str(variant.outputs) for secret in SECRETS)
    assert variant.secret_outputs == []


def test_every_policy_file_is_used_by_some_variant(everything: Deployment) -> None:
    documents = {path.stem for path in Path(ROOT, "policies").glob("*.json")}
    sources = " ".join(path.read_text() for path in Path(ROOT, "components").rglob("*.py"))
    functions = functions_of(everything)
    unused = {name for name in documents if f'"{name}"' not in sources}
    assert unused - {"deployer"} <= set(functions), "the deployer attaches that one"


def test_every_placeholder_of_a_policy_is_filled(variant: Deployment) -> None:
    for resource in variant.resources:
        for key in ("policy", "assumeRolePolicy"):
            assert "${" not in resource.inputs.get(key, "")
