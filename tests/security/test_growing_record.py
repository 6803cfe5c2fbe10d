"""Whoever has a link opens it, or sends its form, over and over, to bury the record."""

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.shared.review.review import Outcome, Review
from lambdas.shared.runtime import times
from tests.lambdas.conftest import World, before_each_call
from tests.lambdas.lifecycle.test_decisions import decide
from tests.lambdas.web.conftest import Ask, OpenApi
from tests.story import story

TIMES = 4


@pytest.mark.parametrize("page", ["approve", "reject", "evidence"])
def test_the_record_has_the_first_look_and_from_where(
    world: World, ask: Ask, review: Review, page: str
) -> None:
    for _ in range(TIMES):
        ask("GET", f"/{page}?review={review.linked_id}")
        ask("GET", f"/approve?review={review.linked_id}")

    entries = story(boto3.client("dynamodb"), world.record_table, review.review_id)
    assert [entry["event"] for entry in entries] == ["review.requested", "review.opened"]
    first = entries[-1]
    assert (first["via"], first["source_address"], first["why"]) == ("link", "203.0.113.7", page)


def test_the_ending_tells_how_often_and_when_last(world: World, ask: Ask, review: Review) -> None:
    for _ in range(TIMES):
        ask("GET", f"/approve?review={review.linked_id}")
    last = world.store.get(review.review_id).last_opened_at

    world.clock.moment = times.now()
    decide(world, review, Outcome.APPROVED)

    assert last
    when = f"{last:%Y-%m-%dT%H:%M:%SZ} from 203.0.113.7"
    assert world.story(review)[-1][3] == (
        f"approved: looks fine (opened by link: {TIMES}, last {when})"
    )


def test_an_ending_that_nobody_had_looked_at_says_nothing_of_it(
    world: World, review: Review
) -> None:
    decide(world, review, Outcome.APPROVED)

    assert world.story(review)[-1][3] == "approved: looks fine"


def test_refusals_by_link_are_recorded_once_and_counted(
    world: World, open_api: OpenApi, review: Review
) -> None:
    ask = open_api(LINKS_DECIDE="false")
    for _ in range(TIMES):
        assert ask("POST", "/approve", {"review": str(review.linked_id)})["statusCode"] == 403
    world.clock.moment = times.now()
    decide(world, review, Outcome.APPROVED)
    for _ in range(TIMES):
        assert ask("POST", "/approve", {"review": str(review.linked_id)})["statusCode"] == 409

    requested, refused, ending = world.story(review)
    assert (requested[0], refused[0]) == ("review.requested", "review.refused")
    assert ending[3] == f"approved: looks fine (refused by link: {TIMES})"
    assert world.store.get(review.review_id).refused == 2 * TIMES


def test_a_page_is_shown_although_the_record_does_not_answer(
    world: World, ask: Ask, review: Review
) -> None:
    boto3.client("dynamodb").delete_table(TableName=world.record_table)

    assert ask("GET", f"/approve?review={review.linked_id}")["statusCode"] == 200


def test_a_page_is_shown_although_nothing_can_be_counted(
    ask: Ask, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(operation: str, _: object) -> None:
        if operation == "UpdateItem":
            raise ClientError({"Error": {"Code": "TransactionConflictException"}}, operation)

    with before_each_call(monkeypatch, busy):
        assert ask("GET", f"/approve?review={review.linked_id}")["statusCode"] == 200
