"""The decision API's handler on the embedded AWS."""

import urllib.parse
from collections.abc import Callable
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from lambdas.domain.review.review import Decision, Outcome, Review, Status, Way
from lambdas.domain.runtime import times
from lambdas.domain.store.claims import claim
from tests.lambdas.conftest import NOW, World, new_review_id

Ask = Callable[..., dict[str, Any]]
OpenApi = Callable[..., Ask]
Handle = Callable[[dict[str, Any], Any], dict[str, Any]]
CHANNEL_URL = "https://slack.com/archives/C012ABCDEF"
FAR = NOW + timedelta(days=365_0)

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def load_api(world: World, load_handler: Callable[..., ModuleType]) -> Callable[..., Handle]:
    """Load a stage's decision API. By default, links decide."""

    def load(**settings: str) -> Handle:
        environment = {
            "REVIEWS_TABLE": world.table,
            "AUDIT_LOG_TABLE": world.audit_log_table,
            "NOTES_TABLE": world.notes_table,
            "REVIEW_TOPIC_ARN": world.topic_arn,
            "SLACK_CHANNEL": "#signoff-dev",
            "SLACK_CHANNEL_URL": CHANNEL_URL,
            "SLACK_DECIDES": "true",
            "LINKS_DECIDE": "true",
            "REQUIRED_APPROVALS": "1",
            "KEEP_REVIEWS_SECONDS": "34560000",
            "ALLOW_SELF_APPROVAL": "false",
        }
        return load_handler("decision_api", **(environment | settings)).handle

    return load


@pytest.fixture
def open_api(load_api: Callable[..., Handle]) -> OpenApi:
    """The same, as a function that sends requests."""

    def load(**settings: str) -> Ask:
        return asking(load_api(**settings))

    return load


@pytest.fixture
def ask(open_api: OpenApi) -> Ask:
    return open_api()


@pytest.fixture
def ask_where_slack_decides(open_api: OpenApi) -> Ask:
    return open_api(LINKS_DECIDE="false")


@pytest.fixture
def review(world: World) -> Review:
    return world.waiting_review(deadline=FAR)


def asking(handle: Callable[[dict[str, Any], Any], Any]) -> Ask:
    """Call a handler as API Gateway does."""

    def send(
        method: str,
        path: str,
        form: dict[str, str] | None = None,
        *,
        json_wanted: bool = False,
        **headers: str,
    ) -> dict[str, Any]:
        path, _, query = path.partition("?")
        return handle(
            {
                "rawPath": path,
                "queryStringParameters": dict(urllib.parse.parse_qsl(query)),
                "headers": {
                    "accept": "application/json" if json_wanted else BROWSER,
                    "content-type": "application/x-www-form-urlencoded",
                    **{name.replace("_", "-"): value for name, value in headers.items()},
                },
                "requestContext": {"http": {"method": method, "sourceIp": "203.0.113.7"}},
                "body": urllib.parse.urlencode(form or {}),
            },
            None,
        )

    return send


def ended(world: World, status: Status, at: datetime | None = None) -> Review:
    """A review that just ended without a decision."""
    review = world.waiting_review(review_id=new_review_id(), deadline=FAR)
    at = at or times.now()
    return world.store.end(review.review_id, Status.PENDING, status, "It is over.", at)[1]


def decided(world: World, at: datetime = NOW) -> Review:
    """A review that was rejected by link."""
    review = world.waiting_review(review_id=new_review_id(), deadline=FAR)
    decision = Decision(
        decision=Outcome.REJECTED,
        reviewer="unverified",
        reason="wrong <month>",
        via=Way.LINK,
        decided_at=at,
    )
    return claim(world.store, review.review_id, decision, needed=1, barred=())
