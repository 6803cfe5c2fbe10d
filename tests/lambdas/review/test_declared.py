"""Fields are declared once: the type defines the storage, the audiences who gets the field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, get_args, get_origin

import pytest

from lambdas.domain.lifecycle.announcements import announcement
from lambdas.domain.operators.serializers import review_json, summary_json
from lambdas.domain.review.audience import SLACK, TOPIC, Audience, names_for
from lambdas.domain.review.events import ANNOUNCED
from lambdas.domain.review.json_values import kinds, without_none
from lambdas.domain.review.review import Approvals, Outcome, Review, Status
from lambdas.domain.store.rows import review_from, row_of, values
from lambdas.domain.web.responses import facts_of
from tests.lambdas.conftest import NOW, make_review

SAMPLES: Mapping[Any, Any] = {
    Any: {"any": ["\ud800", None]},
    str: "https://example.com/text",
    bool: True,
    int: 3,
    float: 0.5,
    datetime: NOW,
    timedelta: timedelta(seconds=90),
}


def sample(kind: Any) -> Any:
    """A value of the type other than the field's default."""
    kind = without_none(kind)
    inside = get_args(kind)
    origin: Any = get_origin(kind) or kind
    if kind in SAMPLES:
        return SAMPLES[kind]
    if origin is tuple:
        return (sample(inside[0]),)
    if origin is Approvals:
        return Approvals({"T1/U1ANN": "Ann", "Kim Reyes": "Kim Reyes"})
    if origin is Mapping:
        return {"name": sample(inside[1])}
    if isinstance(origin, type) and issubclass(origin, Enum):
        return list(origin)[-1]
    return sample(inside[0]) if inside else full(origin)


def full(shape: Any) -> Any:
    """An instance with a value in every field, including future ones."""
    return shape(**{name: sample(kind) for name, kind in kinds(shape).items()})


def test_every_field_is_read_back_unchanged_from_a_row() -> None:
    review = full(Review)

    assert review_from(values(row_of(review))) == review


def test_maps_and_counts_are_read_back_from_dynamodbs_types() -> None:
    row = values(row_of(make_review()))
    assert row["approvals"] == {"M": {}}, "an approval needs an existing map"
    row |= {"approvals": {"M": {"U1ANN": {"S": "Ann"}}}, "opened": {"N": "2"}}

    read = review_from(row)

    assert (read.approvals, read.opened) == ({"U1ANN": "Ann"}, 2)


def test_a_row_has_every_name_of_its_requester() -> None:
    row = values(row_of(make_review(requested_by="Kim Reyes <Kim@Example.com>")))

    assert {"kim reyes", "kim@example.com"} < set(row["requesters"]["SS"])
    assert "requesters" not in values(row_of(make_review(requested_by="")))


def test_unknown_attributes_of_a_row_are_ignored() -> None:
    row = values(row_of(full(Review)))
    row["invented_later"] = {"S": "x"}
    row["gauge"] = {
        "S": '{"value":0.5,"limit":0.5,"name":"https://example.com/text","invented_later":1}'
    }

    assert review_from(row) == full(Review)


@dataclass(frozen=True, kw_only=True)
class WithMore(Review):
    """A review with one more field, which is not declared."""

    more: str = "friend"


@pytest.mark.parametrize("status", Status)
def test_a_field_without_an_audience_is_stored_and_never_shown(status: Status) -> None:
    decision = Outcome.APPROVED if status.is_decided else None
    review = WithMore(**vars(make_review(status=status, decision=decision)))

    seen: list[Any] = [
        summary_json(review, 1, NOW),
        review_json(review, 1, NOW),
        facts_of(review, 1),
    ]
    seen += [announcement(event, review) for event in ANNOUNCED]

    assert "friend" not in json.dumps(seen)
    assert "more" not in names_for(WithMore, *Audience)
    assert row_of(review)["more"] == "friend"


@pytest.mark.parametrize("name", ["task_token", "callback_id", "context", "claim_id"])
def test_a_callers_tokens_and_context_have_no_audience(name: str) -> None:
    assert name not in names_for(Review, *Audience)


def test_only_the_notifier_gets_the_response_url() -> None:
    assert "response_url" not in names_for(Review, *set(Audience) - {SLACK})


def test_fields_for_the_topic_are_text_or_times() -> None:
    known = kinds(Review)
    assert {known[name] for name in names_for(Review, TOPIC)} <= {str, datetime}
