"""A web page open in a developer's browser finds the local stack's ports and runs code."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from itertools import product
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSRequest

from local import loopback
from local.slack import Channel, running_console
from tests.browser.chromium import browser
from tests.conftest import REGION
from tests.local.deployment.resources.maker import TRUST
from tests.security.machine.foreign_page import (
    FUNCTION,
    new_function,
    presign,
    root,
    serving,
    signature,
    tries_against,
)

if TYPE_CHECKING:
    from collections.abc import Generator

    from playwright.sync_api import Browser
    from requests import Response

    from local.cloud import Cloud
    from tests.lambdas.clients import SharedClients

__all__ = ["browser"]

METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
OTHER_SITES = [
    {"Host": "evil.test"},
    {"Host": "evil.test:{port}"},
    {"Host": "127.0.0.1"},
    {"Host": "bucket.s3.localhost:{port}"},
    {"Host": "abcdef01.execute-api.127.0.0.1:{port}"},
    {"Host": "localhost.:{port}"},
    {"Origin": "http://evil.test"},
    {"Origin": "https://127.0.0.1:{port}"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    log = tmp_path_factory.mktemp("console") / "slack.log"
    with running_console([Channel("dev", "#signoff-dev")], log, "any") as url:
        yield url


@pytest.fixture
def bucket(embedded: SharedClients, aws_account: str) -> str:
    """A bucket that a reset would delete, in an account with a role for functions."""
    boto3.client("iam").create_role(RoleName="any", AssumeRolePolicyDocument=TRUST)
    name = f"kept-{aws_account}"
    here: Any = {"LocationConstraint": REGION}
    boto3.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=here)
    return name


def functions() -> list[str]:
    client: Any = boto3.client("lambda")
    return [it["FunctionName"] for it in client.list_functions()["Functions"]]


def on(port: int, headers: dict[str, str]) -> dict[str, str]:
    return {name: value.format(port=port) for name, value in headers.items()}


def test_a_foreign_page_cannot_create_functions(
    cloud: Cloud, bucket: str, aws_account: str
) -> None:
    signed = signature(cloud, aws_account, body := new_function(aws_account))
    for other_site in OTHER_SITES:
        headers = {**signed, **on(cloud.port, other_site)}
        answer = loopback.post(cloud.url + FUNCTION, data=body, headers=headers)
        assert answer.status_code == 403, other_site
    assert functions() == []

    assert loopback.post(cloud.url + FUNCTION, data=body, headers=signed).status_code == 201
    assert functions() == ["evil"]


@pytest.mark.parametrize("other_site", OTHER_SITES, ids=str)
def test_a_foreign_page_is_rejected_for_every_method(
    cloud: Cloud, console: str, other_site: dict[str, str]
) -> None:
    inside = {
        cloud.url: ("/", FUNCTION, "/_ministack/health", "/bucket/key"),
        console: ("/services/dev", "/api/channels/dev/messages", "/static/slack.js"),
    }
    for server, paths in inside.items():
        headers = on(int(server.rsplit(":", 1)[1]), other_site)
        for method, path in product(METHODS, paths):
            answer = loopback.request(method, server + path, json={"text": "x"}, headers=headers)
            assert answer.status_code == 403, (method, path)
            assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("keys", [True, False], ids=["signed", "unsigned"])
@pytest.mark.parametrize(
    "path",
    ["/_ministack/reset", "/_ministack/config", "/_ministack/ready", "/_aws/sqs/messages", "/_x"],
)
def test_the_emulators_own_routes_are_blocked(
    cloud: Cloud, bucket: str, aws_account: str, path: str, keys: bool
) -> None:
    headers = signature(cloud, aws_account, "{}") if keys else {}
    for method in METHODS:
        answer = loopback.request(method, cloud.url + path, data="{}", headers=headers)
        assert answer.status_code == 403, method
    boto3.client("s3").head_bucket(Bucket=bucket)


def test_an_unsigned_request_without_an_origin_is_rejected(cloud: Cloud) -> None:
    forms = {"Content-Type": "text/plain"}
    for path in ("/", FUNCTION, "/_aws/execute-api/", "/_aws/execute-api/12345678/$default/x"):
        query = {"Action": "CreateUser", "UserName": "evil", "Version": "2010-05-08"}
        assert loopback.post(cloud.url + path, params=query, headers=forms).status_code == 403
        assert loopback.get(cloud.url + path, params=query).status_code == 403


def test_a_link_with_the_local_stack_keys_has_no_effect(
    cloud: Cloud, bucket: str, aws_account: str
) -> None:
    action = f"{cloud.url}/?Action=CreateUser&UserName=evil&Version=2010-05-08"
    for service in ("iam", "s3"):
        request = AWSRequest("GET", action)
        presign(request, root(cloud, aws_account), service)
        assert loopback.get(str(request.url)).status_code == 403
    assert boto3.client("iam").list_users()["Users"] == []


def test_a_presigned_link_from_any_site_only_reads(
    cloud: Cloud, bucket: str, aws_account: str
) -> None:
    boto3.client("s3").put_object(Bucket=bucket, Key="rows.csv", Body=b"1,2")
    from_slack = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}

    def follow(method: str) -> Response:
        link = AWSRequest(method, f"{cloud.url}/{bucket}/rows.csv")
        presign(link, root(cloud, aws_account), "s3")
        return loopback.request(method, str(link.url), headers=from_slack)

    assert follow("DELETE").status_code == follow("PUT").status_code == 403
    assert follow("GET").text == "1,2"


def test_the_decision_form_works_on_its_own_site_only(cloud: Cloud, bucket: str) -> None:
    made: Any = boto3.client("apigatewayv2").create_api(Name="it", ProtocolType="HTTP")
    page = f"{cloud.url}/_aws/execute-api/{made['ApiId']}/$default/approve"

    def status(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return loopback.post(page, data={"review": "1"}, headers=named).status_code

    # The API has no routes, so it responds with 404 itself.
    assert status() == status(Origin="null", Sec_Fetch_Site="same-origin") == 404
    assert loopback.get(page, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 404
    for site in ("same-site", "cross-site"):
        assert status(Origin="null", Sec_Fetch_Site=site) == 403
    assert status(Origin="http://evil.test", Sec_Fetch_Site="same-origin") == 403


@pytest.mark.parametrize("server", ["cloud", "console"])
@pytest.mark.parametrize(
    "hosts", [[], ["evil.test", "127.0.0.1:{port}"], ["127.0.0.1:{port}", "evil.test"]], ids=str
)
def test_a_request_must_name_exactly_one_host(
    cloud: Cloud, console: str, server: str, hosts: list[str]
) -> None:
    port = cloud.port if server == "cloud" else int(console.rsplit(":", 1)[1])
    lines = ["GET / HTTP/1.0", *(f"Host: {host.format(port=port)}" for host in hosts), "", ""]
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall("\r\n".join(lines).encode())
        assert connection.makefile("rb").readline().split()[1] in (b"400", b"403")


@pytest.mark.xdist_group("browser", first=True)
@pytest.mark.parametrize("site", ["127.0.0.1", "localhost", "evil.test"])
def test_a_real_browser_blocks_every_attack_of_a_foreign_page(
    cloud: Cloud, console: str, browser: Browser, bucket: str, aws_account: str, site: str
) -> None:
    tries = tries_against(cloud, console, aws_account)
    with ExitStack() as running:
        port = running.enter_context(serving(tries.html()))
        context = running.enter_context(browser.new_context())
        page = context.new_page()
        page.goto(f"http://{site}:{port}/")
        page.wait_for_function("window.came", timeout=60_000)
        came = page.evaluate("window.came")
        rebound = context.new_page().goto(f"http://evil.test:{cloud.port}/_ministack/health")

    assert {what for name, what in came.items() if name.startswith("read")} == {"stopped"}
    assert came["socket"] == "stopped"
    assert len(came) == len(tries.orders)
    assert rebound
    assert rebound.status == 403
    boto3.client("s3").head_bucket(Bucket=bucket)
    assert functions() == []
    assert boto3.client("iam").list_users()["Users"] == []
    assert loopback.get(f"{console}/api/channels/dev/messages").json() == []
