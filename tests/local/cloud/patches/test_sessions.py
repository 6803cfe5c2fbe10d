"""Expired credentials are reported as such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.local_stack import eventually
from tests.signing import Caller, People, client

if TYPE_CHECKING:
    from local.cloud.account import Account

CALLS = {
    "sts": ("get_caller_identity", "ExpiredToken"),
    "iam": ("list_roles", "ExpiredToken"),
    "s3": ("list_buckets", "ExpiredToken"),
    "dynamodb": ("list_tables", "ExpiredTokenException"),
    "stepfunctions": ("list_state_machines", "ExpiredTokenException"),
}


@pytest.fixture(scope="module")
def expired(account: Account) -> Caller:
    people = People(account.cloud_url, account.root, account.region)
    role = people.role({"Action": "*", "Resource": "*"})
    caller = people.session(role, seconds=1)
    sts = client(caller, "sts", account.cloud_url)
    eventually(lambda: error_of(sts.get_caller_identity), "the end of the session")
    people.session(role)  # the emulator removes expired sessions then
    return caller


def error_of(call: Any) -> str:
    try:
        call()
    except ClientError as error:
        return str(error.response.get("Error", {}).get("Code"))
    return ""


@pytest.mark.parametrize("service", CALLS)
def test_expired_credentials_are_reported_as_expired(
    account: Account, expired: Caller, service: str
) -> None:
    call, code = CALLS[service]
    assert error_of(getattr(client(expired, service, account.cloud_url), call)) == code
