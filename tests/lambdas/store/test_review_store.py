"""The conditional writes, on a second implementation of DynamoDB's expressions: moto.

moto does not support PartiQL parameters, so tests put rows directly. The other tests use the
embedded AWS.
"""

from dataclasses import replace
from datetime import timedelta

import boto3
import pytest

from lambdas.domain.review.errors import (
    AlreadyDecided,
    NotAllowed,
    ReviewEnded,
    ReviewNotFound,
    UnreadableRow,
)
from lambdas.domain.review.requester import claims
from lambdas.domain.review.review import Decision, Outcome, Review, Status, Way
from lambdas.domain.store.audit_log import AuditLog
from lambdas.domain.store.claims import RequestedByThem
from lambdas.domain.store.claims import claim as claimed
from lambdas.domain.store.reviews import LEASE, ReviewStore
from lambdas.domain.store.rows import row_of, values
from tests.lambdas.conftest import NOW, make_review

REVIEW = make_review()
ROW = row_of(REVIEW)


@pytest.fixture
def store(moto_aws: None) -> ReviewStore:
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="reviews",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "review_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "review_id", "AttributeType": "S"}],
    )
    client.put_item(TableName="reviews", Item=values(ROW))
    return ReviewStore(client, "reviews", AuditLog(client, "audit-log"))


def claim(
    store: ReviewStore,
    person: str,
    outcome: Outcome = Outcome.APPROVED,
    needed: int = 1,
    late: timedelta = timedelta(0),
) -> Review:
    decision = Decision(
        decision=outcome,
        reviewer=person,
        reviewer_key=person,
        reason="",
        via=Way.SLACK,
        decided_at=NOW + late,
    )
    return claimed(store, REVIEW.review_id, decision, needed=needed, barred=claims(person))


def test_a_row_is_read_back_unchanged(store: ReviewStore) -> None:
    assert store.get(REVIEW.review_id) == REVIEW
    with pytest.raises(ReviewNotFound):
        store.get("f" * 16)


def test_the_first_claim_wins_and_the_second_reads_the_first(store: ReviewStore) -> None:
    assert claim(store, "U1ANN").status is Status.APPROVED

    with pytest.raises(AlreadyDecided) as lost:
        claim(store, "U2BOB", Outcome.REJECTED)

    assert lost.value.review.reviewer == "U1ANN"


def test_a_claim_at_the_deadline_is_too_late(store: ReviewStore) -> None:
    with pytest.raises(ReviewEnded) as over:
        claim(store, "U1ANN", late=timedelta(hours=24))

    assert over.value.review.status is Status.EXPIRED
    assert claim(store, "U1ANN", late=timedelta(hours=23, minutes=59, seconds=59))


def test_a_barred_requester_cannot_claim(store: ReviewStore) -> None:
    with pytest.raises(RequestedByThem):
        claim(store, REVIEW.requested_by)


def test_damaged_requesters_prevent_the_decision(store: ReviewStore) -> None:
    damaged = values(ROW) | {"requesters": {"S": "u1ann and others"}}
    store.client.put_item(TableName="reviews", Item=damaged)

    with pytest.raises(UnreadableRow):
        claim(store, "U1ANN")
    assert store.get(REVIEW.review_id).status is Status.PENDING


def test_a_part_of_a_barred_name_is_not_barred(store: ReviewStore) -> None:
    assert claim(store, REVIEW.requested_by[:-1]).status is Status.APPROVED


def test_votes_are_counted_by_person_and_the_last_one_decides(store: ReviewStore) -> None:
    assert claim(store, "U1ANN", needed=3).approvals == {"U1ANN": "U1ANN"}
    with pytest.raises(NotAllowed, match="already approved this"):
        claim(store, "U1ANN", needed=3)
    assert claim(store, "U2BOB", needed=3).status is Status.PENDING
    with pytest.raises(NotAllowed, match="already approved this"):
        claim(store, "U2BOB", needed=3)

    assert claim(store, "U3EVE", needed=3).status is Status.APPROVED


def test_a_row_ends_once_and_only_from_the_status_that_was_read(store: ReviewStore) -> None:
    ended, review = store.end(REVIEW.review_id, Status.PENDING, Status.CANCELLED, "why", NOW)
    again, stands = store.end(REVIEW.review_id, Status.PENDING, Status.EXPIRED, "late", NOW)

    assert (ended, again) == (True, False)
    assert review == stands
    assert review == replace(
        REVIEW, status=Status.CANCELLED, ended_because="why", ended_at=NOW, due_at=NOW + LEASE
    )


def test_a_decided_review_cannot_be_cancelled(store: ReviewStore) -> None:
    claim(store, "U1ANN")

    ended, stands = store.end(REVIEW.review_id, Status.PENDING, Status.CANCELLED, "why", NOW)

    assert (ended, stands.status) == (False, Status.APPROVED)


def test_a_due_review_is_taken_once(store: ReviewStore) -> None:
    due_at = claim(store, "U1ANN").due_at
    assert due_at
    later = due_at + timedelta(minutes=5)

    taken = store.take(REVIEW.review_id, due_at, later)

    assert taken
    assert taken.due_at == later + LEASE
    assert store.take(REVIEW.review_id, due_at, later) is None
