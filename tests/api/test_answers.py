"""Whatever somebody sends, a deployed stage answers as described, and decides what it may only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from tests.api.description import API, operations, signed_by
from tests.laptop import SIGNING_SECRET, DeployedStage, running_laptop
from tests.signing import Caller, People, Signature

if TYPE_CHECKING:
    from collections.abc import Generator

pytestmark = pytest.mark.xdist_group("api")

DECIDERS = "deciders"
REVIEWERS = f'reviewers=["arn:aws:sts::111111111111:assumed-role/{DECIDERS}/*"]'
FORBIDDEN = b'{"message":"Forbidden"}'
CHECKS: list[Any] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
SIGNED = signed_by("sigv4")
BOUNDED = settings(
    max_examples=15,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class Scene:
    """A stage with reviews in every state, somebody who may decide, and somebody who may look."""

    stage: DeployedStage
    decider: Caller
    onlooker: Caller
    reviews: list[str]
    untouched: str

    def send(self, case: Any, accept: str, caller: Caller | None = None) -> Any:
        """Send a generated request, and hold the answer against the description."""
        with requests.Session() as session:
            session.trust_env = False
            answer = case.call(
                base_url=self.stage.outputs["decision_api_url"],
                session=session,
                headers={"Accept": accept},
                auth=Signature(caller) if caller else None,
                allow_redirects=False,
            )
        case.validate_response(answer, checks=CHECKS)
        return answer


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Generator[Scene]:
    folder = tmp_path_factory.mktemp("laptop")
    options = ("--config", SIGNING_SECRET, "--config", REVIEWERS)
    with running_laptop(folder, "--stage", "dev", *options) as stages:
        dev = stages["dev"]
        people = People(dev.cloud_url, dev.account, dev.region)
        policy = dev.outputs["operator_policy_arn"]
        decider = people.session(people.role(name=DECIDERS, managed=policy))
        onlooker = people.session(people.role(managed=policy), name="bob")
        reviews = [dev.ask()[1] for _ in range(5)]
        url = dev.outputs["operator_api_url"]
        for review_id, verb in zip(reviews, ("approve", "reject", "cancel"), strict=False):
            answer = decider.ask("POST", f"{url}/reviews/{review_id}/{verb}", {"reason": "it"})
            assert answer.status_code == 200, answer.text
        yield Scene(dev, decider, onlooker, reviews, untouched=dev.ask()[1])


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("route", operations())
def test_every_answer_is_as_described(scene: Scene, route: str, mode: GenerationMode) -> None:
    operation = API.find_operation_by_label(route)

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def check(case: Any, data: st.DataObject) -> None:
        name_a_review(case, data.draw(st.sampled_from([None, *scene.reviews])))
        if route in SIGNED:
            assert scene.send(case, "application/json").content == FORBIDDEN
            stranger = scene.send(case, "application/json", scene.onlooker)
            assert stranger.status_code != 200 or not route.endswith(("/approve", "/reject"))
            scene.send(case, "application/json", scene.decider)
        else:
            scene.send(case, "application/json")
            scene.send(case, "text/html")

    check()
    assert scene.stage.row(scene.untouched)["status"] == "PENDING"
    decided = [row for row in map(scene.stage.row, scene.reviews) if row.get("decision")]
    assert {(row["via"], row["reviewer"]) for row in decided} == {("cli", scene.decider.arn)}


def name_a_review(case: Any, review_id: str | None) -> None:
    """Let a request be about a review that there is."""
    if review_id is None:
        return
    for place, name in (
        (case.path_parameters, "review_id"),
        (case.query, "review"),
        (case.body, "review"),
    ):
        if isinstance(place, dict) and name in place:
            place[name] = review_id
