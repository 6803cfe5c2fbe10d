"""Another user of the machine reaches loopback and has every account number."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local import loopback
from local.cloud import running_cloud
from local.cloud.account import open_account
from tests.conftest import REGION
from tests.local.cloud.patches.functions import Deployer
from tests.local.processes import descendants
from tests.security.machine.signatures import GUESSES, forged
from tests.signing import Caller, People, client

if TYPE_CHECKING:
    from pathlib import Path

    from local.cloud import Cloud

CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "s3": ("list_buckets", {}),
    "dynamodb": ("list_tables", {}),
    "iam": ("create_user", {"UserName": "evil"}),
    "lambda": ("list_functions", {}),
    "logs": ("describe_log_groups", {}),
    "sns": ("list_topics", {}),
    "sqs": ("list_queues", {}),
    "ssm": ("describe_parameters", {}),
    "stepfunctions": ("list_state_machines", {}),
    "sts": ("get_caller_identity", {}),
}
REFUSED = {
    "AccessDenied",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}


def call(cloud: Cloud, caller: Caller, service: str) -> str:
    """The error code of a call; empty if it succeeds."""
    operation, given = CALLS[service]
    try:
        getattr(client(caller, service, cloud.url), operation)(**given)
    except ClientError as error:
        return str(error.response.get("Error", {}).get("Code"))
    return ""


@pytest.mark.parametrize("service", CALLS)
def test_an_account_number_is_not_its_secret_key(cloud: Cloud, owner: People, service: str) -> None:
    root = owner.root()
    for secret in (*GUESSES, owner.account):
        assert call(cloud, replace(root, secret=secret), service) in REFUSED
    for key in ("test", "000000000000", "AKIAUNKNOWN"):
        assert call(cloud, replace(root, key=key, secret="test"), service) in REFUSED
    assert owner.client("iam").list_users()["Users"] == []
    assert call(cloud, root, service) == ""


@pytest.mark.parametrize("service", CALLS)
def test_the_secret_of_one_stage_does_not_work_in_another(
    cloud: Cloud, owner: People, service: str
) -> None:
    other = cloud.root("222222222222")
    caller = Caller(other.access_key_id, REGION, owner.keys.secret_access_key)
    assert call(cloud, caller, service) in REFUSED


def test_keys_differ_in_each_run(cloud: Cloud, owner: People, tmp_path: Path) -> None:
    with running_cloud(tmp_path / "cloud.log", REGION) as later:
        assert later.root(owner.account) != owner.keys


@pytest.mark.parametrize("key", ["user", "session"])
def test_a_users_key_and_a_session_need_their_secret_and_token(
    cloud: Cloud, owner: People, key: str
) -> None:
    everything = {"Action": "*", "Resource": "*"}
    known = (
        owner.user(everything) if key == "user" else owner.session(owner.role(everything), "kim")
    )
    for service in CALLS.keys() - {"iam"}:
        assert call(cloud, known, service) == ""
        assert call(cloud, replace(known, secret="guessed"), service) in REFUSED
        wrong_token = call(cloud, replace(known, token="guessed"), service)
        assert wrong_token in REFUSED | {"InvalidToken", "InvalidTokenException"}


def test_an_unsigned_request_is_refused_by_the_local_stack(
    cloud: Cloud, owner: People, bucket: str
) -> None:
    scan = {"X-Amz-Target": "DynamoDB_20120810.ListTables"}
    confirm = "Action=ConfirmSubscription"
    topic = f"TopicArn=arn:aws:sns:{REGION}:{owner.account}:it"
    tries: list[tuple[str, str, dict[str, str]]] = [
        ("GET", "/", {}),
        ("GET", f"/{bucket}", {}),
        ("GET", f"/{bucket}/rows.csv", {}),
        ("GET", f"/{bucket}/rows.csv?{confirm}", {}),
        ("GET", f"/{bucket}/rows.csv?{confirm}&{topic}&Token=1", {}),
        ("PUT", f"/{bucket}/rows.csv", {}),
        ("DELETE", f"/{bucket}", {}),
        ("POST", "/", scan),
        ("GET", f"/?{confirm}&{topic}&Token=1&list-type=2", {}),
        ("POST", "/2015-03-31/functions", {}),
        ("GET", "/2015-03-31/functions", {}),
        ("POST", "/2015-03-31/functions/it/invocations", {}),
        ("GET", "/?Action=ListUsers&Version=2010-05-08", {}),
        ("POST", "/_ministack/reset", {}),
        ("POST", "/_ministack/config", {}),
        ("GET", "/_ministack/lambda-code/it", {}),
        ("POST", "/WriteGetObjectResponse", {"X-Amz-Request-Route": "it"}),
        ("GET", "/restapis/it/dev/_user_request_/", {}),
        ("GET", "/health", {}),
    ]
    for method, path, headers in tries:
        answer = loopback.request(method, cloud.url + path, data="{}", headers=headers)
        assert answer.status_code == 403, (method, path)
        answer = loopback.request(
            method,
            cloud.url + path,
            data="{}",
            headers={**headers, "Authorization": forged(owner.account)},
        )
        assert answer.status_code in (400, 403), (method, path)
        assert "1,2" not in answer.text
    assert owner.client("s3").get_object(Bucket=bucket, Key="rows.csv")["Body"].read() == b"1,2"


def test_a_confirmation_path_cannot_reach_other_services(cloud: Cloud, owner: People) -> None:
    topic = owner.client("sns").create_topic(Name="it")["TopicArn"]
    link = f"{cloud.url}/?Action=ConfirmSubscription&TopicArn={topic}&Token=guessed"
    for headers in ({}, {"X-Amz-Target": "DynamoDB_20120810.ListTables"}):
        headers = {**headers, "Authorization": forged(owner.account, "dynamodb")}
        assert "Invalid token" in loopback.get(link, headers=headers).text
    assert loopback.post(link).status_code == 403


def test_an_api_path_cannot_reach_other_services(cloud: Cloud, owner: People) -> None:
    api = owner.client("apigatewayv2").create_api(Name="it", ProtocolType="HTTP")["ApiId"]
    create = "Action=CreateUser&UserName=evil&Version=2010-05-08"
    for path in (f"/_aws/execute-api/{api}", f"/_aws/execute-api/{api}/", "/_aws/execute-api/x/y"):
        headers = {
            "Authorization": forged(owner.account, "iam"),
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Amz-Target": "DynamoDB_20120810.ListTables",
        }
        answer = loopback.post(cloud.url + path, data=create, headers=headers)
        assert answer.status_code in (403, 404), path
    assert owner.client("iam").list_users()["Users"] == []


def test_the_keys_of_a_function_cannot_be_computed(
    cloud: Cloud, owner: People, tmp_path: Path
) -> None:
    """The emulator derives them from the ARNs of function and role, which are not secret."""
    deploy = Deployer(open_account(cloud.url, owner.keys, REGION), tmp_path)
    function = deploy.function("return dict(os.environ)")
    answer = deploy.aws.functions.invoke(FunctionName=function.name, Payload=b"{}")
    own: dict[str, str] = json.load(answer["Payload"])

    def caller(key: str, secret: str, token: str) -> Caller:
        return Caller(key, REGION, secret, token)

    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    key, secret, token = (own[name] for name in names)
    assert call(cloud, caller(key, secret, token), "sts") == ""
    role = f"arn:aws:iam::{owner.account}:role/{function.role}"
    digest = hashlib.sha256(f"{function.arn}:{role}".encode()).hexdigest()
    computed = [hashlib.sha256(f"{it}:{digest}".encode()).hexdigest() for it in ("secret", "token")]
    for guess in (caller(f"ASIA{digest[:16].upper()}", *computed), caller(key, *computed)):
        assert call(cloud, guess, "sts") in REFUSED | {"InvalidToken"}
    assert owner.keys.secret_access_key not in own.values()


def test_no_process_shows_a_secret_among_its_arguments(cloud: Cloud, owner: People) -> None:
    for process in (cloud.pid, *descendants(cloud.pid)):
        with open(f"/proc/{process}/cmdline", "rb") as file:  # noqa: PTH123
            assert owner.keys.secret_access_key.encode() not in file.read()
