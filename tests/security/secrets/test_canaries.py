"""A canary for each secret is searched for in everything that a stage shows and stores.

All forms of callers request reviews, people decide through all endpoints, and all APIs get invalid
requests. Then everything readable is read. A canary may appear only where its secret belongs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local import loopback
from tests.local_stack import BOT, LINKS_TOO, SIGNING_SECRET, DeployedStage, eventually
from tests.signing import policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.signing import Caller
    from tests.stages import Stages

pytestmark = pytest.mark.xdist_group("canaries")

ANN = "U0123ANNE"
HOSTS, ASKERS = "the context of a host's request", "the context of an asker's request"
SETTINGS = (SIGNING_SECRET, LINKS_TOO, *BOT, 'remindBefore=["7198s"]', "escalateBefore=7197s")
ENDED = ("reviews", "audit log")


@dataclass(frozen=True)
class Canary:
    """A secret and the places that may have it; a link key is allowed in links."""

    secret: str
    places: tuple[str, ...] = ()
    link: str = ""

    def is_in(self, text: str) -> bool:
        return self.secret in (text.replace(self.link, "") if self.link else text)


@dataclass(frozen=True)
class Flown:
    """A stage after reviews of every kind, and the responses of its APIs."""

    stage: DeployedStage
    canaries: Mapping[str, Canary]
    answers: Mapping[str, str]


@pytest.fixture(scope="module")
def flown(stages: Stages) -> Flown:
    stage = stages.dev(*SETTINGS)
    topic = subscribed(stage)
    people, api = stage.people, stage.outputs["decision_api_url"]
    operator = people.user(managed=stage.outputs["operator_policy_arn"])
    asker = people.user(managed=stage.outputs["asker_policy_arn"])
    answers: dict[str, list[str]] = {}

    def ask(place: str, caller: Caller, method: str, path: str, body: Any = None) -> Any:
        answer = caller.ask(method, f"{api}{path}", body)
        answers.setdefault(place, []).append(answer.text)
        return answer.json()

    host, by_host = stage.ask_machine(context=HOSTS)
    asked = ask("asker", asker, "POST", "/asker/reviews", {"title": "Q?", "context": ASKERS})
    by_asker = asked["review_id"]
    batch, of_batch = stage.ask()
    rows = {it: stage.row(it) for it in (by_host, by_asker, of_batch)}
    links = {it: f"{it}.{row['link_key']}" for it, row in rows.items()}

    for review_id in rows:
        shown = stage.message_with(review_id, '"type": "actions"')
        for page in ("approve", "reject", "evidence"):
            answer = stage.get(page, review_id)
            answers.setdefault(f"page {review_id}", []).append(answer.text)
        stage.type(f"show {review_id}", ANN)
        ask("operator", operator, "GET", f"/operator/reviews/{review_id}")
        ask("asker", asker, "GET", f"/asker/reviews/{review_id}")
        ask("operator", operator, "POST", f"/operator/reviews/{review_id}/remind", {})
        for wrong in ({"answers": HOSTS}, {"reason": [HOSTS]}, [HOSTS]):
            path = f"/operator/reviews/{review_id}/approve"
            assert "error" in ask("operators' errors", operator, "POST", path, wrong)
        stage.click(shown, "reject", ANN)  # without a reason
    answers["errors"] = errors(stage, asker, links[by_host])

    stage.click(stage.message_with(by_host, '"type": "actions"'), "approve", ANN, reason="fine")
    ask("operator", operator, "POST", f"/operator/reviews/{by_asker}/reject", {"reason": "no"})
    stage.post("approve", of_batch, "by link")
    assert host.end()["output"]["context"] == HOSTS
    assert batch.end()["status"] == "SUCCEEDED"
    for review_id in rows:
        eventually(lambda it=review_id: stage.row(it).get("delivered_at"), "the end")
        stage.message_with(review_id, "Rejected" if review_id == by_asker else "Approved")
        ask("operator", operator, "GET", f"/operator/reviews/{review_id}")
        answers[f"page {review_id}"].append(stage.get("approve", review_id).text)
    answer = ask("asker", asker, "GET", f"/asker/reviews/{by_asker}")["answer"]
    assert answer["context"] == ASKERS
    ask("asker", asker, "GET", "/asker/reviews")
    ask("operator", operator, "GET", "/operator/reviews?status=ALL")

    canaries = {
        "signing secret": Canary(SIGNING_SECRET.partition("=")[2]),
        "bot token": Canary(f"xoxb-1-{stage.account}"),
        "host's context": Canary(HOSTS),
        "asker's context": Canary(ASKERS, ("asker", "reviews")),
        **{
            f"task token of {it}": Canary(row["task_token"])
            for it, row in rows.items()
            if row["task_token"]
        },
        **{
            f"link key of {it}": Canary(
                links[it].partition(".")[2],
                ("reviews",),
                links[it] if it else "",
            )
            for it in rows
        },
    }
    assert len(canaries) == 4 + 2 + 3
    answers["topic"] = published(stage, topic)
    return Flown(stage, canaries, {place: "\n".join(them) for place, them in answers.items()})


def subscribed(stage: DeployedStage) -> str:
    """A queue that is subscribed to the topic."""
    queues = stage.client("sqs")
    open_to_all = policy({"Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"})
    queue = queues.create_queue(QueueName="canaries", Attributes={"Policy": open_to_all})[
        "QueueUrl"
    ]
    known = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    topic, arn = stage.outputs["review_topic_arn"], known["Attributes"]["QueueArn"]
    stage.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return queue


def published(stage: DeployedStage, queue: str) -> list[str]:
    found: list[str] = []
    receive = stage.client("sqs").receive_message
    while got := receive(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        found += [it["Body"] for it in got]
    assert len(found) >= 6
    return found


def errors(stage: DeployedStage, asker: Caller, linked_id: str) -> list[str]:
    """Responses to invalid requests."""
    api = stage.outputs["decision_api_url"]
    review_id = linked_id.partition(".")[0]
    paths = ("/approve", f"/approve?review={review_id}.wrong", "/evidence?n=x", "/none", "/")
    forms: tuple[dict[str, str], ...] = (
        {},
        {"review": f"{review_id}."},
        {"review": review_id, "reason": "x" * 10_000},
    )
    found = [loopback.get(api + path).text for path in paths]
    found += [loopback.post(f"{api}/reject", data=form).text for form in forms]
    found += [loopback.post(f"{api}/slack/{it}", data="junk").text for it in ("interactions",)]
    for body in ({}, {"title": "x", "context": [ASKERS] * 2000}, {"title": "x", "links": HOSTS}):
        found.append(asker.ask("POST", f"{api}/asker/reviews", body).text)
    return found


def places(flown: Flown) -> Iterator[tuple[str, str]]:
    """Everything readable of the stage, by place."""
    stage = flown.stage
    yield from flown.answers.items()
    yield "outputs", json.dumps(dict(stage.outputs))
    functions = stage.client("lambda").list_functions()["Functions"]
    assert all(it["Environment"]["Variables"] for it in functions)
    yield "environments", json.dumps(functions, default=str)
    machines = stage.client("stepfunctions")
    for machine in machines.list_state_machines()["stateMachines"]:
        arn = machine["stateMachineArn"]
        yield "definitions", machines.describe_state_machine(stateMachineArn=arn)["definition"]
    parameters = stage.client("ssm").describe_parameters()["Parameters"]
    assert len(parameters) >= 2
    yield "names of parameters", json.dumps(parameters, default=str)
    yield "messages", json.dumps(stage.messages())
    yield "messages", json.dumps(stage.escalation.messages())
    for place, table in zip(ENDED, ("reviews_table_name", "audit_log_table_name"), strict=True):
        yield place, json.dumps(stage.client("dynamodb").scan(TableName=stage.outputs[table]))
    for queue in stage.client("sqs").list_queues()["QueueUrls"]:
        yield "queues", json.dumps(stage.client("sqs").receive_message(QueueUrl=queue))
    for file in (it for it in stage.log.parent.rglob("*") if it.is_file()):
        yield f"file {file.name}", file.read_text(errors="replace")
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield "process arguments", process.read_text(errors="replace")
        except OSError:
            continue  # it has ended


def test_canaries_appear_only_where_they_belong(flown: Flown) -> None:
    found = {
        (name, place)
        for place, text in places(flown)
        for name, canary in flown.canaries.items()
        if canary.secret in text
        if place in canary.places or canary.is_in(text)
    }
    own = {(name, place) for name, canary in flown.canaries.items() for place in canary.places}
    assert found == own


def test_a_page_has_the_links_of_its_own_review_only(flown: Flown) -> None:
    pages = {place: text for place, text in flown.answers.items() if place.startswith("page ")}
    assert len(pages) == 3
    for place, text in pages.items():
        for name, canary in flown.canaries.items():
            if canary.link:
                own = place.removeprefix("page ") in name
                assert (canary.secret in text) is own, (place, name)


def test_links_are_in_no_response_to_an_asker_no_log_and_no_error(flown: Flown) -> None:
    closed = {"asker", "errors", "outputs", "environments", "definitions", "audit log", "queues"}
    for place, text in places(flown):
        if place in closed or place.startswith("file ") or place == "process arguments":
            for name, canary in flown.canaries.items():
                assert not canary.link or canary.secret not in text, (place, name)
