"""A visitor repeats requests to flood the audit log of a review.

Opening a link, submitting its form, clicking a button or calling an API repeatedly must neither
bury an entry nor make the log too large to show.
"""

from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.domain.access.rules import Rules
from lambdas.domain.lifecycle.remind import remind_now
from lambdas.domain.lifecycle.undelivered import MAX_AUDITED, Undelivered, report
from lambdas.domain.review.errors import AlreadyDecided, NotAllowed, TooManyReminders
from lambdas.domain.review.events import Actor, Event
from lambdas.domain.review.review import UNVERIFIED, Outcome, Refusal, Review, Way
from lambdas.domain.runtime import times
from lambdas.domain.store.reviews import MAX_REMINDERS
from lambdas.domain.store.visits import MAX_PEOPLE
from tests.lambdas.conftest import World, before_each_call
from tests.lambdas.lifecycle.test_decisions import decide
from tests.lambdas.web.conftest import Ask, OpenApi
from tests.story import story

TIMES = 4
MANY = 150
ANN = Actor(person="ann", via=Way.CLI)


@pytest.mark.parametrize("page", ["approve", "reject", "evidence"])
def test_the_audit_log_has_the_first_visit_and_its_address(
    world: World, ask: Ask, review: Review, page: str
) -> None:
    for _ in range(TIMES):
        ask("GET", f"/{page}?review={review.linked_id}")
        ask("GET", f"/approve?review={review.linked_id}")

    entries = story(boto3.client("dynamodb"), world.audit_log_table, review.review_id)
    assert [entry["event"] for entry in entries] == ["review.requested", "review.opened"]
    first = entries[-1]
    assert (first["via"], first["source_address"], first["why"]) == ("link", "203.0.113.7", page)


def test_the_final_entry_counts_the_visits_and_has_the_last_time(
    world: World, ask: Ask, review: Review
) -> None:
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


def test_the_final_entry_of_an_unvisited_review_mentions_no_visits(
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
    assert world.store.get(review.review_id).refusals[UNVERIFIED].times == 2 * TIMES


def test_a_page_is_shown_if_the_audit_log_is_unavailable(
    world: World, ask: Ask, review: Review
) -> None:
    boto3.client("dynamodb").delete_table(TableName=world.audit_log_table)

    assert ask("GET", f"/approve?review={review.linked_id}")["statusCode"] == 200


def test_a_page_is_shown_if_visits_cannot_be_counted(
    ask: Ask, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(operation: str, _: object) -> None:
        if operation == "UpdateItem":
            raise ClientError({"Error": {"Code": "TransactionConflictException"}}, operation)

    with before_each_call(monkeypatch, busy):
        assert ask("GET", f"/approve?review={review.linked_id}")["statusCode"] == 200


def refused(world: World, review: Review, person: str, name: str = "") -> None:
    stranger = Actor(person=person, name=name, via=Way.SLACK)
    listed = Rules(reviewers=frozenset({"U2BOB"}))
    with pytest.raises(NotAllowed):
        world.deciding(listed)(review.review_id, Outcome.APPROVED, "please", stranger)


def test_refusals_of_an_identified_person_are_recorded_once_and_counted(
    world: World, review: Review
) -> None:
    for _ in range(MANY):
        refused(world, review, "T1/U9EVE", "eve")
    first, last = (
        getattr(world.store.get(review.review_id).refusals["T1/U9EVE"], it)
        for it in ("first_at", "last_at")
    )

    assert [entry[:3] for entry in world.story(review)[1:]] == [("review.refused", "slack", "eve")]
    assert first < world.clock.moment
    assert world.store.get(review.review_id).refusals == {
        "T1/U9EVE": Refusal(name="eve", times=MANY, first_at=first, last_at=last)
    }


def test_the_final_entry_counts_refusals_per_person_with_the_last_time(
    world: World, review: Review
) -> None:
    for person in ("T1/U9EVE", "T1/U9EVE", "T1/U8MAL"):
        refused(world, review, person, person[-3:].lower())
    decide(world, review, Outcome.APPROVED)

    when = f"{world.clock.moment:%Y-%m-%dT%H:%M:%SZ}"
    assert world.story(review)[-1][3] == (
        f"approved: looks fine (refused: eve 2, last {when}; mal 1, last {when})"
    )


def test_refusals_after_the_end_are_counted_too(world: World, review: Review) -> None:
    decide(world, review, Outcome.APPROVED)
    for _ in range(TIMES):
        with pytest.raises(AlreadyDecided):
            decide(world, review, Outcome.APPROVED, reviewer="eve", via=Way.CLI)

    events = [entry[0] for entry in world.story(review)]
    assert events == ["review.requested", "review.decided", "review.refused"]
    assert world.store.get(review.review_id).refusals["eve"].times == TIMES


def test_refused_people_beyond_the_limit_are_counted_together(world: World, review: Review) -> None:
    people = MAX_PEOPLE + 5
    for n in range(people):
        refused(world, review, f"T1/U{n:08}")
        refused(world, review, f"T1/U{n:08}")

    refusals = world.store.get(review.review_id).refusals
    assert len(refusals) == MAX_PEOPLE + 1
    assert refusals["*"].times == 2 * (people - MAX_PEOPLE)
    assert sum(it.times for it in refusals.values()) == 2 * people
    entries = [entry for entry in world.story(review) if entry[0] == "review.refused"]
    assert len(entries) == MAX_PEOPLE + 1


def test_concurrent_refusals_are_all_counted(world: World, review: Review) -> None:
    with ThreadPoolExecutor(8) as pool:
        deciding = world.deciding(Rules(reviewers=frozenset({"U2BOB"})))

        def press(n: int) -> None:
            eve = Actor(person=f"T1/U{n % 2}EVE", via=Way.SLACK)
            with pytest.raises(NotAllowed):
                deciding(review.review_id, Outcome.APPROVED, "please", eve)

        for done in [pool.submit(press, n) for n in range(24)]:
            done.result()

    refusals = world.store.get(review.review_id).refusals
    assert {key: it.times for key, it in refusals.items()} == {"T1/U0EVE": 12, "T1/U1EVE": 12}
    assert len(world.story(review)) == 3


def test_a_repeated_refusal_makes_one_call(
    world: World, review: Review, aws_calls: list[str]
) -> None:
    decide(world, review, Outcome.APPROVED)
    calls: list[list[str]] = []
    for _ in range(2):
        aws_calls.clear()
        with pytest.raises(AlreadyDecided):
            decide(world, review, Outcome.APPROVED, reviewer="eve", via=Way.SLACK)
        calls.append([*aws_calls])

    assert calls == [["UpdateItem", "UpdateItem", "ExecuteStatement"], ["UpdateItem"] * 2]


def test_reminders_by_operators_are_limited(world: World, review: Review) -> None:
    for _ in range(MAX_REMINDERS):
        world.clock.advance(minutes=1)
        remind_now(world.gate, review.review_id, ANN)
    world.clock.advance(minutes=1)
    before = world.store.get(review.review_id), world.story(review)

    with pytest.raises(TooManyReminders):
        remind_now(world.gate, review.review_id, ANN)

    assert (world.store.get(review.review_id), world.story(review)) == before


def test_entries_about_undelivered_messages_are_limited(world: World, review: Review) -> None:
    undelivered = Undelivered(event=Event.REMINDER, linked_id=review.linked_id, why="no_service")
    for _ in range(MAX_AUDITED + TIMES):
        report(world.gate, undelivered)

    assert len(world.story(review)) == 1 + MAX_AUDITED
    assert world.store.get(review.review_id).undelivered == MAX_AUDITED + TIMES
