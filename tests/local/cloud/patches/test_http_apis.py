"""A route with IAM authorization enforces IAM and passes the caller's identity on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local import loopback
from tests.local_stack import eventually
from tests.signing import Caller, People

if TYPE_CHECKING:
    from requests import Response

    from local.cloud import Cloud
    from tests.local.cloud.patches.functions import Deployer, Function

ENDING = (
    "return {'statusCode': 200, 'body': json.dumps("
    "[event['routeKey'], event.get('pathParameters'), event['requestContext'].get('authorizer')])}"
)
APPROVE = "POST /operator/reviews/{review_id}/approve"
SIGNED_ROUTES = ("GET /operator/reviews", APPROVE, "POST /operator/reviews/{review_id}/remind")
OPEN_ROUTES = ("GET /approve", "$default")
PATH = "/operator/reviews/abc/approve"
FORBIDDEN = (403, '{"message":"Forbidden"}')


@dataclass(frozen=True)
class Api:
    """An HTTP API with routes of both kinds, and the function behind it."""

    id: str
    url: str
    function: Function
    people: People

    def arn(self, call: str) -> str:
        here = f"{self.people.region}:{self.people.account}:{self.id}"
        return f"arn:aws:execute-api:{here}/$default/{call}"

    def caller_allowed(self, *calls: str) -> Caller:
        """Return a caller whose role may call these."""
        may = {"Action": "execute-api:Invoke", "Resource": [self.arn(call) for call in calls]}
        return self.people.session(self.people.role(may))


@pytest.fixture
def api(deploy: Deployer) -> Api:
    aws = deploy.aws
    function = deploy.function(ENDING)
    made = deploy.create("Api", protocolType="HTTP")
    target = deploy.create(
        "Integration",
        apiId=made.id,
        integrationType="AWS_PROXY",
        integrationUri=function.arn,
        payloadFormatVersion="2.0",
    )
    for routes, asks in ((SIGNED_ROUTES, "AWS_IAM"), (OPEN_ROUTES, "NONE")):
        for route in routes:
            deploy.create(
                "Route",
                apiId=made.id,
                routeKey=route,
                target=f"integrations/{target.id}",
                authorizationType=asks,
            )
    deploy.create("Stage", apiId=made.id, name="$default", autoDeploy=True)
    people = People(aws.cloud_url, aws.root, aws.region)
    return Api(made.id, str(made.outputs["apiEndpoint"]), function, people)


def forbidden(answer: Response) -> bool:
    return (answer.status_code, answer.text) == FORBIDDEN


def test_the_function_receives_the_callers_identity(api: Api) -> None:
    alice = api.caller_allowed("POST/operator/*")
    answer = alice.ask("POST", api.url + PATH, {"reason": "fine"})

    route, parameters, authorizer = answer.json()
    assert (answer.status_code, route, parameters) == (200, APPROVE, {"review_id": "abc"})
    caller: Any = authorizer["iam"].pop("callerId")
    assert caller.startswith("AROA")
    assert caller.endswith(":alice")
    assert authorizer == {
        "iam": {
            "accessKey": alice.key,
            "accountId": api.people.account,
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": alice.arn,
            "userId": caller,
        }
    }
    assert ":assumed-role/" in alice.arn


def test_the_function_receives_the_arn_of_users_and_the_root(api: Api) -> None:
    everything = {"Action": "execute-api:*", "Resource": "*"}
    for caller in (api.people.user(everything), api.people.root()):
        answer = caller.ask("GET", api.url + "/operator/reviews")
        assert answer.json()[2]["iam"]["userArn"] == caller.arn


def test_calls_that_are_denied_or_not_allowed_are_forbidden(api: Api) -> None:
    url = api.url + PATH
    allow = {"Action": "execute-api:Invoke", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "execute-api:*", "Resource": api.arn("POST/*/approve")}
    callers = (
        api.people.user(),
        api.caller_allowed("GET/operator/*", "POST/operator/reviews/*/remind", "POST/approve"),
        api.people.user(allow, deny),
    )
    assert [forbidden(caller.ask("POST", url, {})) for caller in callers] == [True] * 3
    assert api.function.events() == []
    remind = api.url + "/operator/reviews/abc/remind"
    assert callers[1].ask("POST", remind).status_code == 200


def test_principals_of_another_account_are_forbidden(api: Api, cloud: Cloud) -> None:
    other = People(cloud.url, cloud.root("222222222222"), api.people.region)
    everything = {"Action": "*", "Resource": "*"}
    for stranger in (other.root(), other.user(everything), other.session(other.role(everything))):
        assert forbidden(stranger.ask("POST", api.url + PATH, {}))
    assert api.function.events() == []


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer it", "Basic MTExMTExMTExMTExOmFueQ==", "AWS4-HMAC-SHA256 ", "AWS 111111111111:it"],
)
def test_an_unsigned_request_is_forbidden(api: Api, authorization: str) -> None:
    headers = {
        "X-Amz-Date": f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}",
        **({"Authorization": authorization} if authorization else {}),
    }
    assert forbidden(loopback.post(api.url + PATH, headers=headers))


def test_a_signature_is_bound_to_its_request_service_region_and_time(api: Api) -> None:
    alice, url = api.caller_allowed("*"), api.url + PATH
    elsewhere = Caller(alice.key, "us-east-1", alice.secret, alice.token)
    wrong_key = Caller(alice.key, alice.region, "guessed", alice.token)
    without_token = Caller(alice.key, alice.region, alice.secret)
    unknown = Caller("AKIAUNKNOWN", alice.region, "guessed")
    no_key, shared = (Caller(key, alice.region, "test") for key in ("", "test"))
    root = Caller(api.people.account, alice.region, "test")
    with patch("botocore.auth.get_current_datetime") as clock:
        clock.return_value = datetime.now(UTC) - timedelta(minutes=6)
        old = alice.sign("POST", url)
    tries = [
        alice.sign("POST", url + "?more=1"),
        alice.sign("GET", url),
        alice.sign("POST", url, service="lambda"),
        old,
        *(
            each.sign("POST", url)
            for each in (elsewhere, wrong_key, without_token, unknown, no_key, shared, root)
        ),
    ]
    refused = [forbidden(loopback.post(url, headers=headers)) for headers in tries]
    assert refused == [True] * len(tries)
    assert loopback.post(url, headers=alice.sign("POST", url)).status_code == 200


def test_expired_credentials_are_forbidden(api: Api) -> None:
    role = api.people.role({"Action": "execute-api:Invoke", "Resource": "*"})
    expired, current = api.people.session(role, seconds=1), api.people.session(role)
    url = api.url + PATH
    eventually(lambda: forbidden(expired.ask("POST", url)), "the end of the session")
    assert current.ask("POST", url).status_code == 200


def test_a_signature_in_the_query_string_is_not_accepted(api: Api) -> None:
    """AWS accepts it."""
    request = AWSRequest("POST", api.url + PATH)
    keys = Credentials(api.people.account, api.people.keys.secret_access_key)
    SigV4QueryAuth(keys, "execute-api", api.people.region).add_auth(request)
    assert forbidden(loopback.post(str(request.url)))


def test_a_caller_cannot_impersonate_another(api: Api) -> None:
    bob, root = api.caller_allowed("POST/operator/reviews/*/remind"), api.people.root()
    url = api.url + PATH
    mine, theirs = bob.sign("POST", url), root.sign("POST", url)
    key = f"Credential={bob.key}"
    two_keys = theirs["Authorization"].replace("Signature=", f"{key}/x, Signature=")
    scope = theirs["Authorization"].split("/", 1)[1].split(",", 1)[0]
    tries: list[dict[str, str]] = [
        {**mine, "Authorization": f"{mine['Authorization']}, Credential={root.key}/{scope}"},
        {**theirs, "Authorization": f"{theirs['Authorization']}, {key}/{scope}"},
        {**theirs, "Authorization": two_keys},
    ]
    for headers in tries:
        assert forbidden(loopback.post(url, headers=headers)), headers

    remind = api.url + "/operator/reviews/abc/remind"
    body = json.dumps({"requestContext": {"authorizer": {"iam": {"userArn": root.arn}}}})
    claims = {"X-Amz-User-Arn": root.arn, "requestContext": root.arn}
    headers = {**bob.sign("POST", remind, body), **claims}
    answer = loopback.post(remind, data=body, headers=headers)
    assert answer.json()[2]["iam"]["userArn"] == bob.arn


@pytest.mark.parametrize(
    "path",
    [
        "//operator/reviews/abc/approve",
        "/operator/reviews/abc%2Fapprove",
        "/operator%2Freviews/abc/approve",
        "/%6Fperator/reviews/abc/approve",
        "/operator/reviews/%2e%2e/approve",
        "/operator/reviews/a%252Fb/approve",
        "/operator/reviews/abc/approve?next=/approve",
        "/operator/reviews/abc;x/approve",
        "/operator/reviews/%0Aabc/approve",
    ],
)
def test_an_unusual_path_does_not_bypass_the_signature(api: Api, path: str) -> None:
    may_not = api.caller_allowed("GET/*", "POST/operator/reviews/*/remind")
    url = api.url + path
    for answer in (
        loopback.post(url),
        loopback.post(url.replace("/$default/", "//")),
        loopback.post(url, headers=may_not.sign("POST", url)),
        loopback.post(url, headers={"Authorization": "Bearer it"}),
    ):
        assert forbidden(answer) or answer.json()[0] == "$default"
    assert {event["routeKey"] for event in api.function.events()} <= {"$default"}


def test_open_routes_need_no_signature(api: Api) -> None:
    foreign = {"Authorization": "Bearer it"}
    stranger = Caller("AKIAUNKNOWN", api.people.region, "guessed")
    for headers in (None, foreign, stranger.sign("GET", api.url)):
        assert loopback.get(api.url + "/approve", headers=headers).json()[0] == "GET /approve"
        assert loopback.get(api.url + "/else", headers=headers).json()[0] == "$default"


def test_cors_preflight_is_refused(api: Api) -> None:
    asks = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    answer = loopback.request("OPTIONS", api.url + PATH, headers=asks)
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
