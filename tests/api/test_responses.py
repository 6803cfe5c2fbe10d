"""A deployed stage responds to any request as described, and decides only for permitted callers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests.auth import AuthBase
from schemathesis import GenerationMode
from schemathesis import checks as general
from schemathesis.specs.openapi import checks

from lambdas.domain.slack.signature import signature
from tests.api.description import operations, signed_by
from tests.api.schema import API
from tests.conftest import SLOW
from tests.local_stack import SIGNING_SECRET, DeployedStage
from tests.signing import Caller, Signature
from tests.stages import ACCOUNT

if TYPE_CHECKING:
    from tests.stages import Stages

pytestmark = pytest.mark.xdist_group("api", first=True)

DECIDERS = "deciders"
REVIEWERS = f'reviewers=["arn:aws:sts::{ACCOUNT}:assumed-role/{DECIDERS}/*"]'
FORBIDDEN = b'{"message":"Forbidden"}'
CHECKS: list[Any] = [
    general.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
BOUNDED = settings(
    max_examples=settings().max_examples // 4,  # each example sends several requests
    derandomize=True,
    database=None,
    suppress_health_check=[*SLOW, HealthCheck.filter_too_much],
)


@dataclass(frozen=True)
class SlackSignature(AuthBase):
    """Signs requests as Slack does."""

    secret: str

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        now, body = str(int(time.time())), request.body or b""
        body = body.encode() if isinstance(body, str) else body
        request.headers["X-Slack-Request-Timestamp"] = now
        request.headers["X-Slack-Signature"] = signature(body, now, self.secret)
        return request


@dataclass(frozen=True)
class Scene:
    """A stage with reviews, a caller who may decide them, and one who may not.

    Requests of the former are about `waiting`, all others are about `untouched`.
    """

    stage: DeployedStage
    decider: Caller
    onlooker: Caller
    ended: list[str]
    waiting: str
    untouched: str

    @cached_property
    def linked(self) -> dict[str, str]:
        """Linked IDs by review ID."""
        ids = (*self.ended, self.waiting, self.untouched)
        return {review_id: self.stage.linked_id(review_id) for review_id in ids}

    def send(self, case: Any, accept: str = "application/json", by: AuthBase | None = None) -> Any:
        """Send a generated request, and validate the response."""
        with requests.Session() as session:
            session.trust_env = False
            answer = case.call(
                base_url=self.stage.outputs["decision_api_url"],
                session=session,
                headers={"Accept": accept},
                auth=by,
                allow_redirects=False,
            )
        case.validate_response(answer, checks=CHECKS)
        return answer


@pytest.fixture(scope="module")
def scene(stages: Stages) -> Scene:
    dev = stages.dev(SIGNING_SECRET, REVIEWERS)
    people, policy = dev.people, dev.outputs["operator_policy_arn"]
    decider = people.session(people.role(name=DECIDERS, managed=policy))
    onlooker = people.session(people.role(managed=policy), name="bob")
    url = dev.outputs["operator_api_url"]
    ended = [dev.ask()[1] for _ in range(3)]
    for review_id, verb in zip(ended, ("approve", "reject", "cancel"), strict=True):
        answer = decider.ask("POST", f"{url}/reviews/{review_id}/{verb}", {"reason": "it"})
        assert answer.status_code == 200, answer.text
    return Scene(dev, decider, onlooker, ended, waiting=dev.ask()[1], untouched=dev.ask()[1])


@pytest.mark.hypothesis  # the plugin cannot see the inner property
@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("route", operations())
def test_every_response_matches_the_description(
    scene: Scene, route: str, mode: GenerationMode
) -> None:
    operation = API.find_operation_by_label(route)

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def check(case: Any, data: st.DataObject) -> None:
        signed = route in signed_by("sigv4")
        waits = scene.waiting if signed else scene.untouched
        name_a_review(case, data.draw(st.sampled_from([None, waits, *scene.ended])), scene)
        if signed:
            assert scene.send(case).content == FORBIDDEN
            scene.send(case, by=Signature(scene.decider))
            if route.endswith(("/approve", "/reject")):
                name_a_review(case, scene.untouched, scene)
                refused = scene.send(case, by=Signature(scene.onlooker))
                assert refused.status_code in (400, 403, 422)
        elif route in signed_by("slack"):
            scene.send(case)
            scene.send(case, by=SlackSignature(SIGNING_SECRET.partition("=")[2]))
        else:
            scene.send(case)
            scene.send(case, "text/html")

    check()
    assert scene.stage.row(scene.untouched)["status"] == "PENDING"
    rows = map(scene.stage.row, (scene.waiting, *scene.ended))
    deciders = {(row["via"], row["reviewer_identity"]) for row in rows if "decision" in row}
    assert deciders == {("cli", scene.decider.arn)}


def name_a_review(case: Any, review_id: str | None, scene: Scene) -> None:
    """Insert an existing review's ID into a request that names a review."""
    if not review_id:
        return
    linked_id = scene.linked[review_id]
    for place, name, known in (
        (case.path_parameters, "review_id", review_id),
        (case.query, "review", linked_id),
        (case.body, "review", linked_id),
    ):
        if isinstance(place, dict) and name in place:
            place[name] = known
