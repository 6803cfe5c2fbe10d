"""Callers with AWS credentials who sign requests to an HTTP API."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from requests.auth import AuthBase

from local import loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import PreparedRequest, Response

    from local.cloud.keys import Keys

# Sessions can be shorter than on AWS, so that tests need not wait for their expiry.
ANY_DURATION = Config(parameter_validation=False)


@dataclass(frozen=True)
class Caller:
    """A caller with these credentials."""

    key: str
    region: str
    secret: str
    token: str | None = None
    arn: str = ""

    def sign(
        self, method: str, url: str, body: str | bytes | None = None, service: str = "execute-api"
    ) -> dict[str, str]:
        """Return the signed headers of a request."""
        request = AWSRequest(method, url, data=body)
        signing = Credentials(self.key, self.secret, self.token)
        SigV4Auth(signing, service, self.region).add_auth(request)
        return dict(request.headers.items())

    def ask(self, method: str, url: str, body: Any = None, **options: Any) -> Response:
        """Send a signed request, with an optional JSON body."""
        return loopback.request(method, url, json=body, auth=Signature(self), **options)


@dataclass(frozen=True)
class Signature(AuthBase):
    """Signs requests with these credentials."""

    caller: Caller

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        signed = self.caller.sign(str(request.method), str(request.url), request.body)
        request.headers.update(signed)
        return request


@dataclass(frozen=True)
class People:
    """An account that creates credentials."""

    cloud_url: str
    keys: Keys
    region: str
    clients: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def account(self) -> str:
        return self.keys.access_key_id

    def root(self) -> Caller:
        arn = f"arn:aws:iam::{self.account}:root"
        return Caller(self.account, self.region, self.keys.secret_access_key, arn=arn)

    def user(self, *statements: Mapping[str, Any], name: str = "", managed: str = "") -> Caller:
        """Create a user with these permissions."""
        iam, name = self.client("iam"), name or f"user-{uuid4().hex[:8]}"
        arn = iam.create_user(UserName=name)["User"]["Arn"]
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="it", PolicyDocument=policy(*statements))
        if managed:
            iam.attach_user_policy(UserName=name, PolicyArn=managed)
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return Caller(made["AccessKeyId"], self.region, made["SecretAccessKey"], arn=arn)

    def role(self, *statements: Mapping[str, Any], name: str = "", managed: str = "") -> str:
        """Create a role that the whole account may assume, and return its name."""
        iam, name = self.client("iam"), name or f"role-{uuid4().hex[:8]}"
        trust = {"Principal": {"AWS": self.root().arn}, "Action": "sts:AssumeRole"}
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="it", PolicyDocument=policy(*statements))
        if managed:
            iam.attach_role_policy(RoleName=name, PolicyArn=managed)
        return name

    def session(self, role: str, name: str = "alice", seconds: int = 900) -> Caller:
        """Assume a role with a session name."""
        answer = self.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::{self.account}:role/{role}",
            RoleSessionName=name,
            DurationSeconds=seconds,
        )
        made, arn = answer["Credentials"], answer["AssumedRoleUser"]["Arn"]
        return Caller(
            made["AccessKeyId"], self.region, made["SecretAccessKey"], made["SessionToken"], arn
        )

    def client(self, service: str) -> Any:
        """Return a client with the account's root credentials."""
        if service not in self.clients:
            self.clients[service] = client(self.root(), service, self.cloud_url)
        return self.clients[service]


def client(caller: Caller, service: str, cloud_url: str) -> Any:
    """Return an AWS client with this caller's credentials."""
    open_client: Any = cast("Any", _session(caller)).client
    return open_client(service, endpoint_url=cloud_url, config=ANY_DURATION)


@cache  # it reads botocore's data from files
def _session(caller: Caller) -> boto3.Session:
    return boto3.Session(caller.key, caller.secret, caller.token, caller.region)


def policy(*statements: Mapping[str, Any]) -> str:
    """Return a policy of these statements, with `Allow` as the default effect."""
    parts = [{"Effect": "Allow", **statement} for statement in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": parts})
