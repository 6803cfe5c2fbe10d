"""A policy's condition on `aws:PrincipalArn` compares the ARN of a session's role, as on AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.signing import Caller, People, client

if TYPE_CHECKING:
    from local.cloud.account import Account
    from tests.local.cloud.patches.functions import Deployer

EVERYTHING = {"Action": "s3:*", "Resource": "*"}


@pytest.fixture(scope="module")
def people(account: Account) -> People:
    return People(account.cloud_url, account.root, account.region)


def guarded_bucket(deploy: Deployer, role_arn: str) -> str:
    """A bucket in which only this role may write below `published/`."""
    bucket = deploy.create("Bucket").id
    statement = {
        "Sid": "LetOnlyOneRoleWrite",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/published/*",
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": role_arn}},
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    deploy.create("BucketPolicy", bucket=bucket, policy=json.dumps(policy))
    return bucket


def write(caller: Caller, cloud_url: str, bucket: str, key: str) -> str:
    """The code of the answer to a put: empty if it succeeded."""
    s3: Any = client(caller, "s3", cloud_url)
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=b"rows")
    except ClientError as error:
        return str(error.response.get("Error", {}).get("Code"))
    return ""


def test_every_session_of_the_named_role_meets_the_condition(
    deploy: Deployer, people: People
) -> None:
    role = people.role(EVERYTHING)
    bucket = guarded_bucket(deploy, f"arn:aws:iam::{people.account}:role/{role}")

    for name in ("publish", role, "another"):
        assert write(people.session(role, name), people.cloud_url, bucket, "published/a") == ""


def test_other_roles_and_users_do_not_even_with_all_permissions(
    deploy: Deployer, people: People
) -> None:
    role, other = people.role(EVERYTHING), people.role(EVERYTHING)
    bucket = guarded_bucket(deploy, f"arn:aws:iam::{people.account}:role/{role}")

    # The name of a session is its holder's choice.
    for caller in (
        people.session(other, role),
        people.user(EVERYTHING),
        people.user(EVERYTHING, name=f"{role}-2"),
    ):
        assert write(caller, people.cloud_url, bucket, "incoming/a") == ""
        assert write(caller, people.cloud_url, bucket, "published/a") == "AccessDenied"


def test_a_condition_on_a_session_matches_no_session(deploy: Deployer, people: People) -> None:
    """On AWS the value is the role's ARN, never that of the session."""
    role = people.role(EVERYTHING)
    caller = people.session(role, "publish")
    bucket = guarded_bucket(deploy, caller.arn)

    assert write(caller, people.cloud_url, bucket, "published/a") == "AccessDenied"


def test_a_users_own_arn_is_compared(deploy: Deployer, people: People) -> None:
    caller = people.user(EVERYTHING)
    bucket = guarded_bucket(deploy, caller.arn)

    assert write(caller, people.cloud_url, bucket, "published/a") == ""
