"""The API description matches the program's routes and the functions' responses exactly."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from lambdas.domain.access.rules import REASON_LIMIT
from lambdas.domain.operators.serializers import review_json, summary_json
from lambdas.domain.review import request_rules
from lambdas.domain.review.audience import OUTCOME, names_for
from lambdas.domain.review.events import Event
from lambdas.domain.review.ids import LinkedId, new_link_key
from lambdas.domain.review.questions import ANSWER_LIMIT
from lambdas.domain.review.request import Evidence, Gauge, Kind, Preview, Question
from lambdas.domain.review.review import (
    EVIDENCE_STAYS,
    Outcome,
    Refusal,
    Refusals,
    Review,
    Status,
    Way,
)
from lambdas.domain.store.evidence import SECONDS_AT_THE_CLICK
from lambdas.domain.store.indexes import PAGE_LIMIT
from lambdas.domain.web.responses import STATUS, facts_of
from tests.api.description import DESCRIPTION, SCHEMAS, examples, fields_of, operations, signed_by
from tests.components.deployments import EVERYTHING, Deployment, deploy
from tests.lambdas.conftest import NOW, make_review, new_review_id

if TYPE_CHECKING:
    from collections.abc import Collection

ENDPOINT_STATUSES = {
    HTTPStatus.OK,
    HTTPStatus.CREATED,
    HTTPStatus.FOUND,
    HTTPStatus.SEE_OTHER,
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
}
"""Statuses that do not stand for a problem of a review."""


@pytest.fixture(scope="module")
def program() -> Deployment:
    return deploy("dev", EVERYTHING)


def test_it_describes_every_route(program: Deployment) -> None:
    routes = {route.inputs["routeKey"] for route in program.of_type("Route")}
    assert routes - {"$default"} == set(operations())


def test_it_marks_the_routes_that_use_iam_authorization(program: Deployment) -> None:
    guarded = {
        route.inputs["routeKey"]
        for route in program.of_type("Route")
        if route.inputs.get("authorizationType") == "AWS_IAM"
    }
    assert guarded == signed_by("sigv4")


def test_it_describes_exactly_the_statuses_in_use() -> None:
    described = {status for it in operations().values() for status in it["responses"]}
    assert described == {str(int(it)) for it in {*ENDPOINT_STATUSES, *STATUS.values()}}


def test_operations_have_unique_ids_and_described_tags() -> None:
    names = [operation["operationId"] for operation in operations().values()]
    assert len(set(names)) == len(names)
    assert {tag for it in operations().values() for tag in it["tags"]} == {
        tag["name"] for tag in DESCRIPTION["tags"]
    }


def test_every_component_is_used() -> None:
    text = str(DESCRIPTION)
    for kind, parts in DESCRIPTION["components"].items():
        if kind != "securitySchemes":
            unused = [name for name in parts if f"'#/components/{kind}/{name}'" not in text]
            assert unused == [], kind


@pytest.mark.parametrize(
    ("words", "described"),
    [
        (Status, SCHEMAS["Status"]["enum"]),
        (Outcome, SCHEMAS["Decision"]["enum"]),
        (Way, SCHEMAS["Via"]["enum"]),
        (Kind, SCHEMAS["Question"]["properties"]["kind"]["enum"]),
        (Event, SCHEMAS["AuditEntry"]["properties"]["event"]["enum"]),
    ],
)
def test_enums_match_the_code(words: Any, described: list[str]) -> None:
    assert sorted(described) == sorted(words)


def test_limits_match_the_code() -> None:
    form = DESCRIPTION["components"]["requestBodies"]["Form"]["content"]
    form = form["application/x-www-form-urlencoded"]["schema"]
    about, preview = SCHEMAS["ReviewContent"]["properties"], SCHEMAS["Preview"]["properties"]
    files = SCHEMAS["PublicContent"]["properties"]["evidence"]
    described = {
        "reason": [
            it["properties"]["reason"]["maxLength"]
            for it in (form, SCHEMAS["DecisionInput"], SCHEMAS["ReasonInput"])
        ],
        "answer": form["additionalProperties"]["maxLength"],
        "questions": about["questions"]["maxItems"],
        "choices": SCHEMAS["Question"]["properties"]["choices"]["maxItems"],
        "columns": [preview["columns"]["maxItems"], preview["rows"]["items"]["maxItems"]],
        "rows": preview["rows"]["maxItems"],
        "files": [
            files["maxItems"],
            SCHEMAS["ReviewDetail"]["properties"]["evidence"]["maxItems"],
        ],
        "page": SCHEMAS["Reviews"]["properties"]["reviews"]["maxItems"],
    }
    assert described == {
        "reason": [REASON_LIMIT] * 3,
        "answer": ANSWER_LIMIT,
        "questions": request_rules.QUESTIONS,
        "choices": request_rules.CHOICES,
        "columns": [request_rules.COLUMNS] * 2,
        "rows": request_rules.ROWS,
        "files": [request_rules.FILES] * 2,
        "page": PAGE_LIMIT,
    }
    text = operations()["GET /evidence"]["description"]
    assert f"{SECONDS_AT_THE_CLICK} seconds" in text
    assert f"{EVIDENCE_STAYS.days} days" in text


def test_id_patterns_match_generated_ids() -> None:
    review_id = new_review_id()
    assert re.search(SCHEMAS["ReviewId"]["pattern"], review_id)
    for wrong in (review_id[:8], review_id.upper(), f"{review_id}a"):
        assert not re.search(SCHEMAS["ReviewId"]["pattern"], wrong)
    location = DESCRIPTION["components"]["responses"]["SeePage"]["headers"]["Location"]
    pattern = location["schema"]["pattern"]
    assert re.search(pattern, f"approve?review={LinkedId(review_id, new_link_key())}")
    assert not re.search(pattern, f"approve?review={review_id}")


def full_review() -> Review:
    """Return a decided review with a value in every field."""
    return replace(
        make_review(),
        status=Status.APPROVED,
        decision=Outcome.APPROVED,
        reviewer="U012ABCDEF",
        via=Way.CLI,
        decided_at=NOW,
        gauge=Gauge(value=0.08, limit=0.06),
        preview=Preview(columns=("a",), rows=(("b",), (1.5,))),
        evidence=(Evidence(bucket="b", key="k", version_id="v", size=3, sha256="ab" * 32),),
        questions=(Question(name="q", label="Q?", kind=Kind.CHOICE, choices=("a", "b")),),
        answers={"q": "a"},
        refusals=Refusals({"U9EVE": Refusal(name="eve", times=2, first_at=NOW, last_at=NOW)}),
    )


def test_reviews_have_exactly_the_described_fields() -> None:
    review, later = full_review(), NOW + timedelta(minutes=1)
    facts, row, detail = (
        facts_of(review, 1),
        summary_json(review, 1, later),
        review_json(review, 1, later),
    )
    answered: dict[str, Collection[str]] = {
        "PublicReview": facts,
        "ReviewSummary": row,
        "Review": detail,
        "ReviewWithAuditEntries": {*detail, "audit_entries", "next"},
        "Refusal": detail["refusals"][0],
        "File": facts["evidence"][0],
        "StoredFile": detail["evidence"][0],
        "Gauge": facts["gauge"],
        "Preview": facts["preview"],
        "Question": facts["questions"][0],
    }
    for name, fields in answered.items():
        described = fields_of(name)
        assert not {*fields} - described, f"docs/openapi.yaml: {name} lacks these fields"
        assert not described - {*fields}, f"docs/openapi.yaml: no {name} response has these fields"
    outcome = set(names_for(Review, OUTCOME))
    assert facts_of(make_review(), 1).keys() == facts.keys() - outcome
    for name, value in {"PublicReview": facts, "ReviewSummary": row, "Review": detail}.items():
        jsonschema_rs.validate(schema_at(f"#/components/schemas/{name}"), as_json(value))


@pytest.mark.parametrize(
    "name", ["ReviewContent", "PublicContent", "ReviewSummary", "ReviewDetail"]
)
def test_every_field_of_a_review_except_its_decision_is_required(name: str) -> None:
    schema = SCHEMAS[name]
    optional = set(schema["properties"]) - set(schema["required"])
    assert optional == (set(names_for(Review, OUTCOME)) if name == "PublicContent" else set())


def test_examples_match_their_schemas() -> None:
    found = list(examples())
    assert len(found) > 10
    for schema, example in found:
        jsonschema_rs.validate(resolvable(schema), example)


def schema_at(place: str) -> dict[str, Any]:
    return resolvable({"$ref": place})


def resolvable(schema: Any) -> dict[str, Any]:
    """Return the schema with the components that it refers to."""
    return {**schema, "components": DESCRIPTION["components"]}


def as_json(value: Any) -> Any:
    """Return the value after a JSON round trip."""
    return json.loads(json.dumps(value))
