"""`policies/deployer.json` allows what Pulumi calls to preview, deploy, refresh and destroy."""

import json
from typing import Any

import pytest

from local.deployment.kinds import KINDS
from tests.components.deployments import BUTTONS, EVERYTHING, Deployment, deploy
from tests.policies.deployer import ANYWHERE, OBJECTS, PASSED_TO, TYPES
from tests.policies.documents import ACCOUNT, REGION, arn, document, listed, statements
from tests.policies.evaluation import allows

DEPLOYER = [document("deployer")]
VARIANTS: dict[str, dict[str, str]] = {
    "plain": {},
    "buttons": BUTTONS,
    "everything": EVERYTHING,
    "with the sample": {"sampleData": "true"},
    "by topic": {"slackDelivery": "sns-https"},
}


@pytest.fixture(params=VARIANTS)
def stage(request: pytest.FixtureRequest) -> Deployment:
    return deploy("prod", VARIANTS[request.param])


def asked_for(type_: str, logical_name: str, inputs: dict[str, Any]) -> str:
    """The ARN that the provider uses."""
    physical = KINDS[type_].physical_name(logical_name, inputs, "0a1b2c3")
    queue = str(inputs.get("queueUrl", "")).rpartition("/")[2]
    return TYPES[type_][0].format_map({**inputs, "physical": physical, "queue": queue})


def test_every_resource_of_a_stage_can_be_created_read_updated_and_deleted(
    stage: Deployment,
) -> None:
    lacking = {
        (action, asked_for(it.type, it.name, it.inputs))
        for it in stage.resources
        if it.custom
        for action in TYPES[it.type][1]
        if not allows(DEPLOYER, action, asked_for(it.type, it.name, it.inputs))
    }
    assert lacking == set()


def test_every_registered_type_is_covered() -> None:
    assert {*TYPES} == {*KINDS}


@pytest.mark.parametrize("action", sorted(ANYWHERE))
def test_actions_without_a_resource_are_allowed(action: str) -> None:
    assert allows(DEPLOYER, action, "*")


def test_only_actions_that_the_program_uses_are_allowed() -> None:
    actions = [action for it in statements("deployer") for action in listed(it["Action"])]
    used = {action for _, those in TYPES.values() for action in those}
    assert {*actions} == used | ANYWHERE | OBJECTS | {"iam:PassRole"}
    assert not any("*" in action for action in actions)


@pytest.mark.parametrize("service", [*PASSED_TO, "ec2.amazonaws.com"])
def test_roles_are_passed_only_to_services_of_a_stage(service: str) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/signoff-gate-sweep-reviews-role-0a1b2c3"
    passed = allows(DEPLOYER, "iam:PassRole", role, **{"iam:passedtoservice": service})
    assert passed == (service in PASSED_TO)


@pytest.mark.parametrize("action", sorted(OBJECTS))
def test_a_disposable_bucket_can_be_emptied(action: str) -> None:
    bucket = "arn:aws:s3:::signoff-evidence-bucket-0a1b2c3"
    assert allows(DEPLOYER, action, f"{bucket}/incoming/orders.csv")


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/admin"),
        ("iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/admin"),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
        ("iam:AttachRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/signoff-one"),
        ("lambda:UpdateFunctionCode", arn("lambda", "function:payments")),
        ("lambda:InvokeFunction", arn("lambda", "function:signoff-one")),
        ("dynamodb:DeleteTable", arn("dynamodb", "table/payments")),
        ("dynamodb:GetItem", arn("dynamodb", "table/signoff-one")),
        ("dynamodb:Scan", arn("dynamodb", "table/signoff-one")),
        ("s3:GetObject", "arn:aws:s3:::signoff-evidence-bucket/incoming/orders.csv"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::payments"),
        ("sns:Publish", arn("sns", "signoff-one")),
        ("sqs:ReceiveMessage", arn("sqs", "signoff-one")),
        ("ssm:GetParameter", arn("ssm", "parameter/payments")),
        ("states:StartExecution", arn("states", "stateMachine:signoff-one")),
        ("logs:DeleteLogGroup", arn("logs", "log-group:payments")),
        ("scheduler:DeleteSchedule", arn("scheduler", "schedule/default/payments")),
        ("sns:DeleteTopic", "arn:aws:sns:us-east-1:111111111111:signoff-one"),
        ("sns:DeleteTopic", f"arn:aws:sns:{REGION}:999999999999:signoff-one"),
    ],
)
def test_other_resources_and_a_stages_data_are_denied(action: str, resource: str) -> None:
    context = {"iam:passedtoservice": "lambda.amazonaws.com"}
    assert not allows(DEPLOYER, action, resource, **context)


def test_it_fits_into_the_inline_policies_of_a_role() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
    assert len(json.dumps(document("deployer"), separators=(",", ":"))) <= 10_240
