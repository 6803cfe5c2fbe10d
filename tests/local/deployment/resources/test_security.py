"""Roles, policies and parameters are created from their inputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.local.deployment.resources.maker import AS_LIST, TAGS, TRUST, Maker

if TYPE_CHECKING:
    from collections.abc import Mapping


def test_a_role_has_its_trust_and_its_policy(create: Maker, role: Mapping[str, Any]) -> None:
    policy: Any = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Answer",
                "Effect": "Allow",
                "Action": "states:SendTaskSuccess",
                "Resource": "arn:aws:states:eu-central-1:111111111111:stateMachine:it",
            },
            {"Sid": "Publish", "Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:topic"},
        ],
    }
    made = create("RolePolicy", role=role["name"], policy=json.dumps(policy)).outputs["name"]
    iam = create.aws.iam
    stored: Any = iam.get_role_policy(RoleName=role["name"], PolicyName=str(made))
    policy["Statement"][0]["Resource"] = "*"
    assert stored["PolicyDocument"] == policy
    found: Any = iam.get_role(RoleName=role["name"])["Role"]
    assert found["AssumeRolePolicyDocument"] == json.loads(TRUST)
    assert sorted(found["Tags"], key=lambda tag: tag["Key"]) == AS_LIST


def test_a_managed_policy_has_its_document_and_is_not_attached(create: Maker) -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:api/*"}],
    }
    made = create("Policy", policy=json.dumps(document), description="Operators", tags=TAGS)
    arn, iam = made.id, create.aws.iam

    assert made.outputs["arn"] == arn
    found: Any = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (found["Description"], found["AttachmentCount"]) == ("Operators", 0)
    assert sorted(found["Tags"], key=lambda tag: tag["Key"]) == AS_LIST
    version = iam.get_policy_version(PolicyArn=arn, VersionId=found["DefaultVersionId"])
    assert version["PolicyVersion"].get("Document") == document


def test_a_parameter_is_stored_encrypted(create: Maker) -> None:
    name = create(
        "Parameter", type="SecureString", value="https://x", description="A webhook", tags=TAGS
    ).id
    found = create.aws.ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    assert (found.get("Type"), found.get("Value")) == ("SecureString", "https://x")
    tags = create.aws.ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)
    assert tags.get("TagList") == AS_LIST
