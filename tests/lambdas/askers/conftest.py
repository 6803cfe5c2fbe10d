"""The asker API over a stage's tables."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lambdas.domain.access.identities import Identities
from lambdas.domain.askers.api import AskerApi
from lambdas.domain.lifecycle.request import ReviewRequests
from lambdas.domain.review.request import Evidence
from lambdas.domain.review.time_plan import TimePlan
from lambdas.domain.web.http import HttpRequest
from tests.lambdas.conftest import API_URL, World
from tests.lambdas.operators.test_api import event

ROLE = "arn:aws:sts::123456789012:assumed-role"
CI, OTHER = f"{ROLE}/ci/run-17", f"{ROLE}/nightly/run-1"
POST, LIST = "POST /asker/reviews", "GET /asker/reviews"
SHOW = "GET /asker/reviews/{review_id}"
WITHDRAW = "POST /asker/reviews/{review_id}/withdraw"

Call = Callable[..., tuple[int, dict[str, Any]]]


def _as_it_is(file: Evidence) -> Evidence:
    return file


def _at_the_click(_: Evidence, link: str) -> str:
    return link


def requests_of(world: World, **changes: Any) -> ReviewRequests:
    """The request handler of a connected stage that accepts evidence anywhere."""
    rules: dict[str, Any] = {
        "gate": world.gate,
        "stage": "dev",
        "decision_api_url": API_URL,
        "caller_id": "asker",
        "timeout": timedelta(hours=24),
        "timeout_approves": False,
        "plan": TimePlan(),
        "slack_missing": "",
        "evidence_places": ("evidence/incoming/",),
        "pin": _as_it_is,
        "evidence_link": _at_the_click,
    }
    return ReviewRequests(**(rules | changes))


@pytest.fixture
def call(world: World) -> Call:
    """Send a request as API Gateway does, and parse the response."""

    def send(
        route: str, review_id: str = "", body: object = None, **how: Any
    ) -> tuple[int, dict[str, Any]]:
        identities = how.pop("identities", Identities())
        requests = how.pop("requests", None) or requests_of(world)
        api = AskerApi(identities=identities, requests=requests)
        given = event(route, review_id, body, **({"arn": CI} | how))
        answer = api.handle(HttpRequest.from_event(given)).to_event()
        return answer["statusCode"], json.loads(answer["body"])

    return send


@pytest.fixture
def ask(call: Call) -> Callable[..., str]:
    """Request a review and return its id."""

    def asked(title: str = "Deploy?", arn: str = CI, **fields: Any) -> str:
        status, answer = call(POST, body={"title": title, **fields}, arn=arn)
        assert (status, [*answer]) == (201, ["review_id"])
        return answer["review_id"]

    return asked
