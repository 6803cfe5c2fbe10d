"""The Terraform files are formatted, and use only arguments of its provider."""

import inspect
import re
from typing import Any

import pulumi_aws as aws
import pytest

from tests.examples.callers import EXAMPLES, Terraform

# Pulumi's provider is generated from Terraform's, so arguments have the same names.
KINDS: dict[str, Any] = {
    "aws_iam_role": aws.iam.Role,
    "aws_iam_role_policy": aws.iam.RolePolicy,
    "aws_sfn_state_machine": aws.sfn.StateMachine,
}
RESOURCE = re.compile(r'^resource "(\w+)" "\w+" {\n(.*?)^}', re.MULTILINE | re.DOTALL)


def test_the_files_are_formatted_by_terraform(terraform: Terraform) -> None:
    assert terraform.run("fmt", "-check", folder=EXAMPLES / "terraform") == ""


def test_every_resource_has_only_known_arguments() -> None:
    resources = RESOURCE.findall((EXAMPLES / "terraform" / "main.tf").read_text())
    assert {kind for kind, _ in resources} == set(KINDS)
    for kind, body in resources:
        given = set(re.findall(r"^  (\w+) +=", body, re.MULTILINE)) - {"depends_on"}
        known = set(inspect.signature(KINDS[kind]._internal_init).parameters)
        assert given
        assert given <= known, kind


@pytest.mark.parametrize("local", ["definition", "permissions", "trust"])
def test_terraform_evaluates_the_resource_arguments(terraform: Terraform, local: str) -> None:
    arn = "arn:aws:states:eu-central-1:111111111111:stateMachine:signoff-gate-review-machine-1"
    text = terraform.value(local, arn)
    assert "111111111111" in text
    assert "${" not in text
