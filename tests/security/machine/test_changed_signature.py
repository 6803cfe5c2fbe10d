"""A captured signed request or link is modified or reused later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import requests
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local import loopback
from tests.conftest import REGION
from tests.security.machine.signatures import GUESSES, forged

if TYPE_CHECKING:
    from local.cloud import Cloud
    from tests.signing import People


class Link:
    """A presigned link to the file, as another user creates or modifies it."""

    def __init__(self, cloud: Cloud, bucket: str, keys: Credentials, seconds: int = 60) -> None:
        request = AWSRequest("GET", f"{cloud.url}/{bucket}/rows.csv")
        S3SigV4QueryAuth(keys, "s3", REGION, expires=seconds).add_auth(request)
        self.url = str(request.url)

    def opens(self, headers: dict[str, str] | None = None) -> bool:
        return loopback.get(self.url, headers=headers).text == "1,2"

    def opens_with(self, new: str, old: str) -> bool:
        """Whether the link opens the file with one part replaced."""
        assert old in self.url
        return loopback.get(self.url.replace(old, new)).text == "1,2"


def test_a_presigned_link_opens_its_file_until_it_expires(
    cloud: Cloud, owner: People, bucket: str
) -> None:
    keys = Credentials(owner.account, owner.keys.secret_access_key)
    assert Link(cloud, bucket, keys).opens()
    for secret in (*GUESSES, owner.account):
        assert not Link(cloud, bucket, Credentials(owner.account, secret)).opens()
    assert not Link(cloud, bucket, keys).opens_with("X-Amz-Signature=%C3%A9", "X-Amz-Signature=")
    assert not Link(cloud, bucket, keys, seconds=8 * 86_400).opens()
    assert not Link(cloud, bucket, keys).opens_with("Expires=600", "Expires=60")
    assert not Link(cloud, bucket, keys).opens_with("rows.csv?versionId=1&", "rows.csv?")
    assert not Link(cloud, bucket, keys).opens({"X-Amz-Target": "DynamoDB_20120810.ListTables"})
    assert not Link(cloud, bucket, keys).opens({"Authorization": forged(owner.account)})
    for off in (timedelta(minutes=-2), timedelta(minutes=20)):
        with patch("botocore.auth.get_current_datetime") as clock:
            clock.return_value = datetime.now(UTC) + off
            link = Link(cloud, bucket, keys)
        assert not link.opens()


def test_a_signed_request_cannot_be_modified_or_reused_later(
    cloud: Cloud, owner: People, bucket: str
) -> None:
    keys = Credentials(owner.account, owner.keys.secret_access_key)
    s3, dynamodb = f"{cloud.url}/{bucket}/new.csv", f"{cloud.url}/"
    target = {"X-Amz-Target": "DynamoDB_20120810.ListTables"}

    def signed(url: str, service: str, body: str, minutes: int = 0) -> dict[str, str]:
        signer = S3SigV4Auth if service == "s3" else SigV4Auth
        named = {} if service == "s3" else {**target, "Content-Type": "application/x-amz-json-1.0"}
        request = AWSRequest("PUT" if service == "s3" else "POST", url, headers=named, data=body)
        with patch("botocore.auth.get_current_datetime") as clock:
            clock.return_value = datetime.now(UTC) + timedelta(minutes=minutes)
            signer(keys, service, REGION).add_auth(request)
        return dict(request.headers.items())

    def put(body: str, headers: dict[str, str]) -> int:
        return requests.put(s3, data=body, headers=headers, timeout=10).status_code

    def scan(body: str, headers: dict[str, str], url: str = dynamodb) -> int:
        return requests.post(url, data=body, headers=headers, timeout=10).status_code

    assert put("1", signed(s3, "s3", "1")) == 200
    assert put("2", signed(s3, "s3", "1")) in (400, 403)
    assert scan("{}", signed(dynamodb, "dynamodb", "{}")) == 200
    mine = signed(dynamodb, "dynamodb", "{}")
    assert scan('{"Limit": 1}', mine) in (400, 403)
    assert scan("{}", {**mine, "X-Amz-Target": "DynamoDB_20120810.CreateTable"}) in (400, 403)
    assert scan("{}", mine, f"{dynamodb}?X-Amz-Credential=222222222222") in (400, 403)
    two = f"{mine['Authorization']}, Credential=222222222222/x"
    assert scan("{}", {**mine, "Authorization": two}) in (400, 403)
    for minutes in (-16, 16):
        assert put("1", signed(s3, "s3", "1", minutes)) in (400, 403)
        assert scan("{}", signed(dynamodb, "dynamodb", "{}", minutes)) in (400, 403)
