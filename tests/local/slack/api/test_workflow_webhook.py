from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.local.slack.conftest import Console

REVIEW = {
    "event": "review.requested",
    "review_id": "abc",
    "stage": "dev",
    "title": "Customer <upload> & more",
    "approval_link": "https://api.test/approve?review=abc",
    "rejection_link": "https://api.test/reject?review=abc",
    "s3_file": "https://api.test/evidence?review=abc",
    "flagged_share": "0.08",
    "requested_by": "",
    "deadline": "2026-11-23T14:00:00Z",
    "execution_arn": "arn:aws:states:…",
    "summary": "Decision needed in dev: Customer <upload> & more",
    "details": """Flagged: 80 of 1000 rows
Evidence: https://api.test/evidence?review=abc

Approve: https://api.test/approve?review=abc
Reject: https://api.test/reject?review=abc""",
}


def test_a_review_is_shown_by_its_summary_and_details(console: Console) -> None:
    assert console.post("/workflows/dev", json=REVIEW).json() == {"ok": True}
    page = console.page()
    for name in ("approval_link", "rejection_link", "s3_file"):
        assert f'href="{REVIEW[name]}"' in page
    assert "<strong>Decision needed in dev: Customer &lt;upload&gt; &amp; more</strong>" in page
    assert "80 of 1000" in page


@pytest.mark.parametrize("name", ["summary", "details"])
def test_a_request_that_lacks_a_variable_of_the_workflow_is_invalid(
    console: Console, name: str
) -> None:
    answer = console.post("/workflows/dev", json={**REVIEW, name: None})
    assert answer.status_code == 400
    answer = console.post("/workflows/dev", json={k: v for k, v in REVIEW.items() if k != name})
    assert answer.status_code == 400
    assert console.messages() == []


def test_a_text_plain_body_from_sns_is_accepted(console: Console) -> None:
    answer = console.post(
        "/workflows/dev",
        data=json.dumps(REVIEW),
        headers={"Content-Type": "text/plain; charset=UTF-8"},
    )
    assert answer.status_code == 200


def test_values_are_not_parsed_as_markup(console: Console) -> None:
    for name in ("summary", "details"):
        console.post("/workflows/dev", json={**REVIEW, name: "<https://evil.test|Approve>"})
    assert ">Approve</a>" not in console.page()


def test_a_subscription_is_confirmed_from_the_message(console: Console) -> None:
    address = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336"
    body = {"Type": "SubscriptionConfirmation", "TopicArn": "arn:aws:sns", "SubscribeURL": address}
    assert console.post("/workflows/dev", json=body).status_code == 200
    assert f'href="{address.replace("&", "&amp;")}"' in console.page()


@pytest.mark.parametrize("body", [{}, [], "a", {"a": 1}, {"a": None}, {"a": {"b": "c"}}])
def test_a_body_that_is_not_a_flat_object_of_strings_is_invalid(
    console: Console, body: Any
) -> None:
    answer = console.post("/workflows/dev", json=body)
    assert (answer.status_code, answer.text) == (400, "invalid_payload")
    assert console.messages() == []


def test_an_unknown_stage_has_no_workflow(console: Console) -> None:
    assert console.post("/workflows/test", json=REVIEW).status_code == 404
