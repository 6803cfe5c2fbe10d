"""Who may decide: all combinations of endpoint, person and review status."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from lambdas.domain.access.rules import Rules
from lambdas.domain.review.errors import AlreadyDecided, NotAllowed, ReviewEnded, ReviewError
from lambdas.domain.review.events import Actor
from lambdas.domain.review.review import Outcome, Review, Status, Way
from tests.lambdas.conftest import Decide, World

ANN, BOB, KIM = "U1ANN", "U2BOB", "U012ABCDEF"  # Kim has requested the review
LISTED = Rules(reviewers=frozenset({ANN, BOB, KIM}), links_decide=False)
ANYONE = Rules()
QUORUM = Rules(required_approvals=2, links_decide=False)
SOAK = pytest.mark.soak
OWN = Rules(allow_self_approval=True)


def press(
    desk: Decide,
    review: Review,
    person: str,
    outcome: Outcome = Outcome.APPROVED,
    via: Way = Way.SLACK,
) -> Review:
    return desk(review.review_id, outcome, "because", Actor(person=person, via=via))


def link(desk: Decide, review: Review, outcome: Outcome = Outcome.APPROVED) -> Review:
    return press(desk, review, "unverified", outcome, Way.LINK)


@pytest.mark.parametrize(
    ("rules", "person", "via", "refusal"),
    [
        (ANYONE, "unverified", Way.LINK, ""),
        (ANYONE, ANN, Way.SLACK, ""),
        (OWN, KIM, Way.SLACK, ""),
        (LISTED, ANN, Way.SLACK, ""),
        (LISTED, "U9EVE", Way.SLACK, "You are not a reviewer of this stage"),
        (LISTED, "unverified", Way.LINK, "Links cannot decide in this stage"),
        (QUORUM, "unverified", Way.LINK, "Links cannot decide in this stage"),
    ],
)
@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_rules_hold_at_every_endpoint(
    world: World, rules: Rules, person: str, via: Way, refusal: str, outcome: Outcome
) -> None:
    review = world.waiting_review()
    desk = world.deciding(rules)

    if not refusal:
        assert press(desk, review, person, outcome, via).status is outcome.status
        assert world.story(review)[-1][:3] == ("review.decided", via, person)
        return
    with pytest.raises(NotAllowed, match=refusal) as refused:
        press(desk, review, person, outcome, via)

    assert world.store.get(review.review_id).status is Status.PENDING
    assert world.announced() == []
    assert world.story(review)[-1] == ("review.refused", via, person, str(refused.value))


@pytest.mark.parametrize("rules", [ANYONE, LISTED, QUORUM])
def test_the_requester_cannot_approve_but_can_reject(world: World, rules: Rules) -> None:
    review = world.waiting_review()
    desk = world.deciding(rules)

    with pytest.raises(NotAllowed, match="You requested this; someone else must approve"):
        press(desk, review, KIM)
    assert world.store.get(review.review_id).status is Status.PENDING

    assert press(desk, review, KIM, Outcome.REJECTED).status is Status.REJECTED


@pytest.mark.parametrize(
    ("rules", "person", "via"),
    [
        (ANYONE, "unverified", Way.LINK),
        (LISTED, "unverified", Way.LINK),
        (QUORUM, ANN, Way.SLACK),
        (ANYONE, KIM, Way.SLACK),
    ],
)
@pytest.mark.parametrize("end", ["decided", "expired", "cancelled"])
def test_a_decision_after_the_end_gets_the_outcome(
    world: World, rules: Rules, person: str, via: Way, end: str
) -> None:
    review = world.waiting_review()
    if end == "decided":
        press(world.deciding(), review, BOB, Outcome.REJECTED)
    elif end == "expired":
        world.clock.moment = review.deadline
    else:
        world.store.end(review.review_id, Status.PENDING, Status.CANCELLED, "", world.clock())
    row = world.store.get(review.review_id)
    kind = AlreadyDecided if end == "decided" else ReviewEnded

    with pytest.raises(kind) as refused:
        press(world.deciding(rules), review, person, via=via)

    assert replace(world.store.get(review.review_id), refusals=row.refusals) == row
    assert world.story(review)[-1] == ("review.refused", via, person, str(refused.value))


def test_two_approvals_need_two_people(world: World) -> None:
    review = world.waiting_review()
    desk = world.deciding(QUORUM)

    first = press(desk, review, ANN)
    with pytest.raises(NotAllowed, match="You already approved this"):
        press(desk, review, ANN)
    assert (first.status, {*first.approvals}) == (Status.PENDING, {ANN})

    second = press(desk, review, BOB)

    assert (second.status, second.reviewer) == (Status.APPROVED, BOB)
    assert {*second.approvals} == {ANN, BOB}
    assert [entry[:3] for entry in world.story(review)] == [
        ("review.requested", "", KIM),
        ("review.approval", "slack", ANN),
        ("review.refused", "slack", ANN),
        ("review.decided", "slack", BOB),
    ]
    assert f" (approvals: {ANN}, {BOB})" in world.story(review)[-1][-1]


def test_one_rejection_ends_the_review_despite_earlier_approvals(world: World) -> None:
    review = world.waiting_review()
    desk = world.deciding(QUORUM)
    press(desk, review, ANN)

    rejected = press(desk, review, BOB, Outcome.REJECTED)

    assert rejected.status is Status.REJECTED
    assert world.story(review)[-1][-1].endswith(f" (approvals: {ANN})")
    assert world.execution_output(review)["output"]["decision"] == "rejected"


def test_the_requester_does_not_count_towards_the_quorum(world: World) -> None:
    review = world.waiting_review()
    desk = world.deciding(QUORUM)
    press(desk, review, ANN)

    with pytest.raises(NotAllowed, match="You requested this; someone else must approve"):
        press(desk, review, KIM)

    assert {*world.store.get(review.review_id).approvals} == {ANN}


def test_the_next_approval_decides_after_the_quorum_is_lowered(world: World) -> None:
    review = world.waiting_review()
    four = world.deciding(Rules(required_approvals=4, links_decide=False))
    for person in (ANN, BOB, "U3CYD"):
        press(four, review, person)

    decided = press(world.deciding(QUORUM), review, "U4DEE")

    assert (decided.status, len(decided.approvals)) == (Status.APPROVED, 4)
    assert world.execution_output(review)["output"]["reviewer"] == "U4DEE"


@pytest.mark.parametrize("needed", [1, 2])
def test_earlier_approvals_can_reach_a_lowered_quorum(world: World, needed: int) -> None:
    review = world.waiting_review()
    three = world.deciding(Rules(required_approvals=3, links_decide=False))
    press(three, review, ANN)
    press(three, review, BOB)

    decided = press(world.deciding(Rules(required_approvals=needed)), review, ANN)

    assert (decided.status, {*decided.approvals}) == (Status.APPROVED, {ANN, BOB})


def test_the_requester_is_still_refused_after_the_quorum_is_lowered(world: World) -> None:
    review = world.waiting_review()
    three = world.deciding(Rules(required_approvals=3, links_decide=False))
    press(three, review, ANN)
    press(three, review, BOB)

    with pytest.raises(NotAllowed, match="You requested this; someone else must approve"):
        press(world.deciding(QUORUM), review, KIM)


def test_a_requester_named_unverified_does_not_block_links(world: World) -> None:
    review = world.waiting_review(requested_by="unverified")

    assert link(world.deciding(), review).status is Status.APPROVED


def test_an_approval_of_a_quorum_makes_two_aws_calls_and_the_last_one_five(
    world: World, aws_calls: list[str]
) -> None:
    review = world.waiting_review()
    desk = world.deciding(QUORUM)
    aws_calls.clear()
    press(desk, review, ANN)
    first = list(aws_calls)
    aws_calls.clear()

    press(desk, review, BOB)

    assert first == ["UpdateItem", "ExecuteStatement"]
    assert aws_calls == [
        "UpdateItem",
        "UpdateItem",
        "SendTaskSuccess",
        "Publish",
        "ExecuteTransaction",
    ]


@pytest.mark.parametrize("_round", [0, *(pytest.param(n, marks=SOAK) for n in range(1, 20))])
def test_only_the_third_approval_of_ten_concurrent_clicks_is_delivered(
    world: World, _round: int
) -> None:
    review = world.waiting_review()
    desk = world.deciding(Rules(required_approvals=3, links_decide=False))
    people = [f"U{number}PERSON" for number in range(5)] * 2

    def click(person: str) -> Review | ReviewError:
        try:
            return press(desk, review, person)
        except ReviewError as refused:
            return refused

    with ThreadPoolExecutor(10) as hands:
        answers: list[Any] = list(hands.map(click, people))

    results = Counter(
        it.status.name if isinstance(it, Review) else type(it).__name__ for it in answers
    )
    assert (results["PENDING"], results["APPROVED"]) == (2, 1)
    row = world.store.get(review.review_id)
    assert (row.status, len(row.approvals)) == (Status.APPROVED, 3)
    assert row.reviewer in row.approvals
    assert world.execution_output(review)["output"]["reviewer"] == row.reviewer
    assert [it["event"] for it in world.announced()] == ["review.decided"]
    counts = Counter(entry[0] for entry in world.story(review))
    assert (counts["review.approval"], counts["review.decided"]) == (2, 1)
    assert counts["review.refused"] == 5, "one per refused click"
    assert sum(it.times for it in world.store.get(review.review_id).refusals.values()) == 7


CALLER = Actor(
    person="arn:aws:iam::123456789012:user/ada",
    via=Way.CLI,
    identity="arn:aws:iam::123456789012:user/ada",
)


@pytest.mark.parametrize("first", ["AWS", "Slack"])
def test_slack_and_aws_identities_form_one_quorum(world: World, first: str) -> None:
    review = world.waiting_review()
    desk = world.deciding(replace(QUORUM, required_approvals=3))
    of_slack = [Actor(person=it, via=Way.SLACK, slack_team="T1") for it in (ANN, BOB)]
    elsewhere = Actor(person="U9EVE", via=Way.SLACK, slack_team="T2")
    order = [CALLER, *of_slack] if first == "AWS" else [of_slack[0], CALLER, of_slack[1]]

    for by in order[:2]:
        assert desk(review.review_id, Outcome.APPROVED, "", by).status is Status.PENDING
    with pytest.raises(NotAllowed, match="the same Slack workspace"):
        desk(review.review_id, Outcome.APPROVED, "", elsewhere)
    with pytest.raises(NotAllowed, match="already approved this"):
        desk(review.review_id, Outcome.APPROVED, "", CALLER)

    decided = desk(review.review_id, Outcome.APPROVED, "", order[2])

    assert decided.status is Status.APPROVED
    assert {*decided.approvals} == {ANN, BOB, CALLER.person}
