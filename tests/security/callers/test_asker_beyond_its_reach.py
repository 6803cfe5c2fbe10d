"""An asker with only `policies/asker.json` tries more than to request reviews.

A compromised job, an agent, or a person who wants their own change approved can request reviews,
read their own answers and withdraw. They cannot decide, and see no other asker's reviews.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.domain.review.events import Actor
from lambdas.domain.review.review import Outcome
from tests.integration.conftest import WEBHOOK_GROUP, by_webhook
from tests.lambdas.askers.conftest import (
    LIST,
    OTHER,
    POST,
    ROLE,
    SHOW,
    WITHDRAW,
    Call,
    ask,
    call,
)
from tests.lambdas.conftest import LINK_KEY, World, new_review_id
from tests.local_stack import DeployedStage
from tests.signing import Caller, client

__all__ = ["ask", "by_webhook", "call"]


@dataclass(frozen=True)
class Asker:
    """A session with only the asker's policy."""

    stage: DeployedStage
    caller: Caller

    @classmethod
    def of(cls, stage: DeployedStage) -> "Asker":
        role = stage.people.role(managed=stage.outputs["asker_policy_arn"])
        return cls(stage, stage.people.session(role, "run-17"))

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        url = f"{self.stage.outputs['decision_api_url']}{path}"
        answer = self.caller.ask(method, url, body)
        return answer.status_code, answer.json()

    def asked(self, **fields: Any) -> str:
        status, answer = self.send("POST", "/asker/reviews", {"title": "Deploy?", **fields})
        assert status == 201, answer
        return answer["review_id"]


@pytest.fixture
def asker(by_webhook: DeployedStage) -> Asker:
    return Asker.of(by_webhook)


@WEBHOOK_GROUP
def test_an_asker_can_request_read_wait_and_withdraw(asker: Asker) -> None:
    review_id, other = asker.asked(), asker.asked()
    page = asker.stage.message_with(review_id, "verified: role ")
    assert "self-approval cannot be checked" in json.dumps(page)

    asker.stage.post("approve", review_id, "fine")

    _, seen = asker.send("GET", f"/asker/reviews/{review_id}")
    assert (seen["status"], seen["answer"]["decision"]) == ("APPROVED", "approved")
    assert seen["answer"]["requester_verified"] is True
    status, withdrawn = asker.send("POST", f"/asker/reviews/{other}/withdraw", {})
    assert (status, withdrawn["status"]) == (200, "CANCELLED")
    asker.stage.message_with(other, "Cancelled")
    _, listed = asker.send("GET", "/asker/reviews")
    assert {it["review_id"] for it in listed["reviews"]} == {review_id, other}


@WEBHOOK_GROUP
def test_an_asker_cannot_call_other_routes(asker: Asker) -> None:
    review_id = asker.asked()
    for method, path in (
        ("GET", "/operator/reviews"),
        ("GET", f"/operator/reviews/{review_id}"),
        *(
            ("POST", f"/operator/reviews/{review_id}/{verb}")
            for verb in ("approve", "reject", "cancel", "remind")
        ),
    ):
        assert asker.send(method, path, {} if method == "POST" else None)[0] == 403, path
    for verb in ("approve", "reject", "cancel", "remind"):
        status, _ = asker.send("POST", f"/asker/reviews/{review_id}/{verb}", {})
        assert status in (403, 404), verb
    assert asker.stage.row(review_id)["status"] == "PENDING"


@WEBHOOK_GROUP
def test_an_asker_cannot_start_executions_or_read_tables(asker: Asker) -> None:
    stage, outputs = asker.stage, asker.stage.outputs
    states, tables, topics = (
        client(asker.caller, service, stage.cloud_url)
        for service in ("stepfunctions", "dynamodb", "sns")
    )
    for machine in ("state_machine_arn", "review_machine_arn", "answer_machine_arn"):
        with pytest.raises(ClientError, match="AccessDenied"):
            states.start_execution(stateMachineArn=outputs[machine], input="{}")
    for table in ("reviews_table_name", "audit_log_table_name"):
        with pytest.raises(ClientError, match="AccessDenied"):
            tables.scan(TableName=outputs[table])
    with pytest.raises(ClientError, match=r"Authoriz|AccessDenied"):
        topics.publish(TopicArn=outputs["review_topic_arn"], Message="{}")


@WEBHOOK_GROUP
def test_a_role_without_the_askers_policy_is_rejected(by_webhook: DeployedStage) -> None:
    role = by_webhook.people.role()
    unauthorized = Asker(by_webhook, by_webhook.people.session(role))
    assert unauthorized.send("POST", "/asker/reviews", {"title": "Deploy?"})[0] == 403
    assert unauthorized.send("GET", "/asker/reviews")[0] == 403


def others(world: World, ask: Any) -> Mapping[str, str]:
    """Reviews that are not the asker's: another asker's, a host's, none, and a damaged one."""
    damaged = world.waiting_review().review_id
    boto3.client("dynamodb").update_item(
        TableName=world.table,
        Key={"review_id": {"S": damaged}},
        UpdateExpression="SET deadline = :nonsense",
        ExpressionAttributeValues={":nonsense": {"S": "soon"}},
    )
    return {
        "another asker's": ask(arn=OTHER),
        "a host's": world.waiting_review().review_id,
        "damaged": damaged,
        "unknown": new_review_id(),
    }


def test_reviews_of_others_are_not_found(world: World, call: Call, ask: Any) -> None:
    for whose, review_id in others(world, ask).items():
        for route in (SHOW, WITHDRAW):
            status, answer = call(route, review_id)
            assert (status, [*answer]) == (404, ["error"]), whose
    assert call(LIST)[1]["reviews"] == []


@pytest.mark.parametrize("part", [slice(0, 15), slice(1, 16), slice(0, 0)])
def test_a_partial_id_is_not_found(call: Call, ask: Any, part: slice) -> None:
    review_id = ask()
    for route in (SHOW, WITHDRAW):
        assert call(route, review_id[part])[0] == 404
        assert call(route, review_id.upper())[0] == 404
        assert call(route, f"{review_id}.{LINK_KEY}")[0] == 404


@pytest.mark.parametrize("end", [None, *Outcome, "withdrawn"])
def test_no_response_has_a_link_an_audit_entry_or_more_of_a_file_than_its_version(
    world: World, call: Call, ask: Any, end: Outcome | str | None
) -> None:
    sent = {"bucket": "evidence", "key": "incoming/run-1.csv", "version_id": "v1"}
    review_id = ask(evidence=[{**sent, "size": 3}])
    review = world.store.get(review_id)
    responses: list[Any] = []
    if isinstance(end, Outcome):
        lin = Actor(person="T1/U045REVIEW", name="Lin Berg", via="slack")
        world.deciding()(review_id, end, "why", lin)
        responses.append(call(WITHDRAW, review_id))
    elif end:
        responses += [call(WITHDRAW, review_id), call(WITHDRAW, review_id)]

    responses += [call(SHOW, review_id), call(LIST)]

    answers: list[Any] = [it.get("review", it).get("answer") or {} for _, it in responses]
    files: list[Any] = [file for answer in answers for file in answer.pop("evidence", [])]
    assert bool(files) is bool(end)
    assert all(it == {**sent, "name": "run-1.csv"} for it in files)
    shown = json.dumps(responses)
    assert review.link_key not in shown
    assert "http" not in shown
    assert "run-1.csv" not in shown
    assert "audit_entries" not in shown
    assert "review.requested" not in shown


@pytest.mark.parametrize(
    "claim",
    [
        {"asker": f"{ROLE}/admin"},
        {"verified_requester": "role admin"},
        {"requester_identity": "arn:aws:iam::123456789012:root"},
        {"requester_names": []},
        {"review_id": "a" * 16},
        {"execution_arn": "arn:aws:states:eu-central-1:123456789012:execution:flow:run-1"},
        {"executionArn": "x"},
        {"taskToken": "x"},
        {"status": "APPROVED"},
    ],
    ids=lambda it: next(iter(it)),
)
def test_a_request_cannot_set_its_verified_requester(
    world: World, call: Call, claim: Mapping[str, Any]
) -> None:
    status, answer = call(POST, body={"title": "Deploy?", **claim})

    assert status == 422, answer
    assert world.announced() == []


def test_a_claimed_requester_that_looks_verified_is_quoted(
    world: World, call: Call, ask: Any
) -> None:
    review_id = ask(requested_by="kim, verified: role admin")
    [announced] = world.announced()

    assert '"kim, verified: role admin" (says the caller), verified: role ci' in str(announced)
    assert world.store.get(review_id).verified_requester == "role ci"


def test_an_asker_cannot_use_the_cursor_of_anothers_list(call: Call, ask: Any) -> None:
    for n in range(3):
        ask(f"Question {n}", arn=OTHER)
    ask("Own")

    _, own = call(LIST, query={"next": _place("2036-01-01T00:00:00Z", new_review_id())})

    assert [it["title"] for it in own["reviews"]] in ([], ["Own"])


def _place(at: str, review_id: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([at, review_id]).encode()).decode()
