"""People and programs with AWS credentials, who sign what they ask of an HTTP API."""

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

# A session may be shorter here than on AWS, so that a test need not wait until it has expired.
ANY_DURATION = Config(parameter_validation=False)


@dataclass(frozen=True)
class Caller:
    """Whoever has these credentials."""

    key: str
    region: str
    secret: str
    token: str | None = None
    arn: str = ""

    def sign(
        self, method: str, url: str, body: str | bytes | None = None, service: str = "execute-api"
    ) -> dict[str, str]:
        """Give the headers with which a request is signed."""
        request = AWSRequest(method, url, data=body)
        signing = Credentials(self.key, self.secret, self.token)
        SigV4Auth(signing, service, self.region).add_auth(request)
        return dict(request.headers.items())

    def ask(self, method: str, url: str, body: Any = None, **options: Any) -> Response:
        """Send a signed request, with a body of JSON if there is one."""
        return loopback.request(method, url, json=body, auth=Signature(self), **options)


@dataclass(frozen=True)
class Signature(AuthBase):
    """Signs what `requests` is about to send."""

    caller: Caller

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        signed = self.caller.sign(str(request.method), str(request.url), request.body)
        request.headers.update(signed)
        return request


@dataclass(frozen=True)
class People:
    """An account that hands out credentials."""

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
        """Make a user who may do this."""
        iam, name = self.client("iam"), name or f"user-{uuid4().hex[:8]}"
        arn = iam.create_user(UserName=name)["User"]["Arn"]
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="it", PolicyDocument=policy(*statements))
        if managed:
            iam.attach_user_policy(UserName=name, PolicyArn=managed)
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return Caller(made["AccessKeyId"], self.region, made["SecretAccessKey"], arn=arn)

    def role(self, *statements: Mapping[str, Any], name: str = "", managed: str = "") -> str:
        """Make a role that everybody in the account may take on, and give its name."""
        iam, name = self.client("iam"), name or f"role-{uuid4().hex[:8]}"
        trust = {"Principal": {"AWS": self.root().arn}, "Action": "sts:AssumeRole"}
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="it", PolicyDocument=policy(*statements))
        if managed:
            iam.attach_role_policy(RoleName=name, PolicyArn=managed)
        return name

    def session(self, role: str, name: str = "alice", seconds: int = 900) -> Caller:
        """Take on a role under a name."""
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
        """Give a client of the account's root."""
        if service not in self.clients:
            self.clients[service] = client(self.root(), service, self.cloud_url)
        return self.clients[service]


def client(caller: Caller, service: str, cloud_url: str) -> Any:
    """Give a client of AWS that signs as this caller."""
    open_client: Any = cast("Any", _session(caller)).client
    return open_client(service, endpoint_url=cloud_url, config=ANY_DURATION)


@cache  # it reads what it knows of AWS from files
def _session(caller: Caller) -> boto3.Session:
    return boto3.Session(caller.key, caller.secret, caller.token, caller.region)


def policy(*statements: Mapping[str, Any]) -> str:
    """Write a policy of these statements; what allows need not say so."""
    parts = [{"Effect": "Allow", **statement} for statement in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": parts})
