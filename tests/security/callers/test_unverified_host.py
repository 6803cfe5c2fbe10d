"""An unverified host asks in another's name in a stage that requires verified requesters."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from lambdas.domain.lifecycle.request import RequesterNotVerified
from tests.components.deployments import deploy
from tests.lambdas.conftest import World
from tests.lambdas.test_functions import payload

Load = Callable[..., ModuleType]
CLAIMS: list[dict[str, Any]] = [
    {},
    {"workflow": "loader"},
    {"verified": True, "requester_verified": True},
    {"asker": "arn:aws:sts::123456789012:assumed-role/ci"},
]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda it: next(iter(it), "none"))
@pytest.mark.parametrize("caller_id", ["taskToken", "callbackId"])
def test_the_request_of_an_unverified_host_is_not_announced(
    world: World, request_review: Load, caller_id: str, claim: dict[str, Any]
) -> None:
    function = request_review(caller_id=caller_id, require_verified_requester="true")

    with pytest.raises(RequesterNotVerified, match="POST /asker/reviews"):
        function.handle(payload(callbackId="callback", **claim), None)

    assert world.announced() == []


def test_a_verified_host_has_its_own_request_function(world: World, request_review: Load) -> None:
    function = request_review(workflow="loader", require_verified_requester="true")

    function.handle(payload(), None)

    [announced] = world.announced()
    review = world.store.get(announced["review_id"])
    assert review.verified_requester == "workflow loader"
    assert review.asker == "", "it passes a task token and does not poll"


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda it: next(iter(it), "none"))
def test_no_claim_makes_a_request_verified(
    world: World, request_review: Load, claim: dict[str, Any]
) -> None:
    request_review().handle(payload(**claim), None)

    [announced] = world.announced()
    assert world.store.get(announced["review_id"]).verified_requester == ""


def test_only_the_workflow_may_call_the_function_with_its_name() -> None:
    stage = deploy("dev", {"requireVerifiedRequester": "true"})
    [own] = [it for it in stage.of_type("Function") if "dataset-asks" in it.name]
    assert own.inputs["environment"]["variables"]["WORKFLOW"] == "dataset"
    callers = {
        item.inputs["role"]: statement["Resource"]
        for item in stage.of_type("RolePolicy")
        if item.name.endswith("-caller-policy")
        for statement in item.json("policy")["Statement"]
    }
    [may] = [role for role, function in callers.items() if "dataset-asks" in function]
    assert len(callers) == 3
    assert may.startswith("signoff-workflow-role")
    definition = stage.one("StateMachine", "signoff-workflow-machine").json("definition")
    called = definition["States"]["RequestReview"]["Arguments"]["FunctionName"]
    assert "dataset-asks" in called
    [shared] = [it for it in stage.of_type("Function") if "-request-review" in it.name]
    variables = shared.inputs["environment"]["variables"]
    assert (variables["WORKFLOW"], variables["REQUIRE_VERIFIED_REQUESTER"]) == ("", "true")
