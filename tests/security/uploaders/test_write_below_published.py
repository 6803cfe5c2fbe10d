"""Someone with every permission on S3 writes below `published/`, past the review."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from components.functions import policy
from tests.lambdas.datasets.conftest import Bucket
from tests.signing import Caller, People

ANYTHING = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
PLACES = ["published/a.csv", "newest/a.json"]


@pytest.fixture
def publisher(bucket: Bucket, owner: People) -> str:
    """The role that may write, with the bucket's policy in place."""
    role = owner.role(ANYTHING, name="publisher")
    guarded = policy.fill(
        policy.load("evidence_bucket"),
        {
            "bucket_arn": f"arn:aws:s3:::{bucket.name}",
            "publisher_role_arn": f"arn:aws:iam::{owner.account}:role/{role}",
        },
    )
    bucket.s3.put_bucket_policy(Bucket=bucket.name, Policy=json.dumps(guarded))
    return role


def s3_of(owner: People, caller: Caller) -> Any:
    return boto3.Session().client(
        "s3",
        endpoint_url=owner.cloud_url,
        region_name=owner.region,
        aws_access_key_id=caller.key,
        aws_secret_access_key=caller.secret,
        aws_session_token=caller.token,
    )


@pytest.mark.parametrize("key", PLACES)
@pytest.mark.parametrize("kind", ["user", "another role", "a role named alike"])
def test_no_other_identity_can(
    publisher: str, bucket: Bucket, owner: People, kind: str, key: str
) -> None:
    match kind:
        case "user":
            caller = owner.user(ANYTHING, name=publisher)
        case "another role":
            caller = owner.session(owner.role(ANYTHING))
        case _:
            caller = owner.session(owner.role(ANYTHING, name=f"{publisher}-2"), name=publisher)
    s3 = s3_of(owner, caller)

    s3.put_object(Bucket=bucket.name, Key="incoming/a.csv", Body=b"rows")
    with pytest.raises(ClientError, match="explicit deny"):
        s3.put_object(Bucket=bucket.name, Key=key, Body=b"rows")
    with pytest.raises(ClientError, match="explicit deny"):
        s3.create_multipart_upload(Bucket=bucket.name, Key=key)
    with pytest.raises(ClientError, match="explicit deny"):
        s3.copy_object(Bucket=bucket.name, Key=key, CopySource=f"{bucket.name}/incoming/a.csv")


@pytest.mark.parametrize("key", PLACES)
def test_the_publisher_can(publisher: str, bucket: Bucket, owner: People, key: str) -> None:
    s3_of(owner, owner.session(publisher)).put_object(Bucket=bucket.name, Key=key, Body=b"rows")

    assert bucket.read(key) == b"rows"
