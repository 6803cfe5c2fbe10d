"""Answers are validated with the decision, with one rule for all endpoints."""

from typing import Any

import boto3
import pytest

from lambdas.domain.access.rules import Rules
from lambdas.domain.review.errors import AlreadyDecided, InvalidAnswer, NotAllowed
from lambdas.domain.review.events import Actor
from lambdas.domain.review.questions import answer_texts, checked_answers, form_answers
from lambdas.domain.review.request import Kind, Question
from lambdas.domain.review.review import Outcome, Status, Way
from tests.lambdas.conftest import World

TEXT = Question(name="why", label="Why now", kind=Kind.TEXT)
SHARE = Question(name="share", label="Share of traffic", kind=Kind.NUMBER, required=True)
WHEN = Question(name="when", label="When", kind=Kind.CHOICE, choices=("now", "at night"))
INFORMED = Question(name="informed", label="Is support informed", kind=Kind.YES_NO)
ALL = (TEXT, SHARE, WHEN, INFORMED)
BY_LINK = Actor(person="unverified", via=Way.LINK)


@pytest.mark.parametrize(
    ("question", "given", "answer"),
    [
        (TEXT, "  it is \u200btime ", "it is time"),
        (SHARE, "12.5", 12.5),
        (SHARE, "-3", -3),
        (SHARE, " 10 ", 10),
        (SHARE, 0, 0),
        (SHARE, 0.25, 0.25),
        (WHEN, "at night", "at night"),
        (INFORMED, "yes", True),
        (INFORMED, "No", False),
        (INFORMED, False, False),
    ],
)
def test_a_valid_answer_is_normalized_to_the_kind_of_its_question(
    question: Question, given: Any, answer: Any
) -> None:
    answers = checked_answers((question,), {question.name: given})

    assert answers == {question.name: answer}
    assert type(answers[question.name]) is type(answer)


@pytest.mark.parametrize(
    ("question", "given", "error"),
    [
        (TEXT, "x" * 501, "Why now: the answer must be at most 500 characters. Yours has 501"),
        (TEXT, 5, "Why now: the answer must be a string"),
        (SHARE, "", "Answer required: Share of traffic"),
        (SHARE, "\u3164", "Answer required"),
        (SHARE, None, "Answer required"),
        (SHARE, "much", "Share of traffic: enter a number"),
        (SHARE, "1,500", "a number"),  # 1000.5 or 1.5
        (SHARE, "1e9", "a number"),
        (SHARE, "٣", "a number"),
        (SHARE, "9" * 400, "a number"),
        (SHARE, float("nan"), "a number"),
        (SHARE, True, "a number"),
        (SHARE, [], "a number"),
        (WHEN, "tomorrow", "When: choose one of now, at night"),
        (WHEN, ["now"], "choose one"),
        (INFORMED, "perhaps", "Is support informed: answer yes or no"),
        (INFORMED, 1, "yes or no"),
    ],
)
def test_an_invalid_answer_is_rejected_with_the_rule(
    question: Question, given: Any, error: str
) -> None:
    with pytest.raises(InvalidAnswer, match=error):
        checked_answers((question,), {question.name: given})


NUMBERED = Question(name="n", label="N", kind=Kind.CHOICE, choices=("2", "0", "1"))
EXACT = Question(
    name="exact", label="Exact", kind=Kind.CHOICE, choices=("\u23f1\ufe0f a", " b  c", "e\u0301")
)


@pytest.mark.parametrize("choice", [*NUMBERED.choices, *EXACT.choices])
def test_json_names_a_choice_by_its_exact_text(choice: str) -> None:
    question = NUMBERED if choice in NUMBERED.choices else EXACT

    assert checked_answers((question,), {question.name: choice}) == {question.name: choice}


@pytest.mark.parametrize("given", ["\u23f1 a", "b  c", " b c", "\xe9", "0", 0])
def test_json_rejects_lookalikes_of_a_choice(given: Any) -> None:
    with pytest.raises(InvalidAnswer, match="Exact: choose one of \u23f1 a, b  c, e\u0301"):
        checked_answers((EXACT,), {"exact": given})


def test_forms_name_a_choice_by_its_index() -> None:
    assert form_answers((NUMBERED,), {"n": "1"}) == {"n": "0"}
    assert form_answers((NUMBERED, WHEN), {"when": "0", "n": ""}) == {"when": "now"}


def test_a_choice_is_shown_without_its_invisible_characters() -> None:
    evil = Question(name="evil", label="Evil", kind=Kind.CHOICE, choices=("\u202ea\x1b[31m", "b"))

    assert evil.shown_choices == ("a[31m", "b")
    assert answer_texts((evil,), {"evil": evil.choices[0]}) == {"Evil": "a[31m"}
    with pytest.raises(InvalidAnswer, match=r"Evil: choose one of a\[31m, b\."):
        form_answers((evil,), {"evil": "2"})


def test_optional_questions_may_be_unanswered_and_unknown_answers_are_ignored() -> None:
    assert checked_answers(ALL, {"share": "5", "why": "", "other": "x"}) == {"share": 5}


def test_answers_are_shown_by_label_in_the_order_of_the_questions() -> None:
    texts = answer_texts(ALL, {"informed": True, "share": 12.5})

    assert list(texts.items()) == [("Share of traffic", "12.5"), ("Is support informed", "yes")]


def test_answers_reach_the_caller_the_audit_log_and_the_topic(world: World) -> None:
    review = world.waiting_review(questions=ALL, context={"model": 7})

    world.deciding()(review.review_id, Outcome.APPROVED, "fine", BY_LINK, share="5", informed="yes")

    output = world.execution_output(review)["output"]
    assert output["answers"] == {"share": 5, "informed": True}
    assert output["context"] == {"model": 7}
    assert world.announced()[-1]["answers"] == '{"share": 5, "informed": true}'
    text = "approved: fine · Share of traffic: 5 · Is support informed: yes"
    assert world.story(review)[-1] == ("review.decided", "link", "unverified", text)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_unanswered_required_question_decides_nothing(world: World, outcome: Outcome) -> None:
    review = world.waiting_review(questions=ALL)

    with pytest.raises(InvalidAnswer, match="Answer required: Share of traffic"):
        world.deciding()(review.review_id, outcome, "because", BY_LINK)

    assert world.store.get(review.review_id).status is Status.PENDING
    states = boto3.client("stepfunctions")
    assert states.describe_execution(executionArn=review.execution_arn)["status"] == "RUNNING"


def test_answers_make_one_more_call_only_if_questions_are_asked(
    world: World, aws_calls: list[str]
) -> None:
    plain, asking = world.waiting_review(review_id="a" * 16), None
    decide = world.deciding()
    aws_calls.clear()
    decide(plain.review_id, Outcome.APPROVED, "", BY_LINK, share="5")
    done = ["SendTaskSuccess", "Publish", "ExecuteTransaction"]
    assert aws_calls == ["UpdateItem", *done]

    asking = world.waiting_review(review_id="b" * 16, questions=ALL)
    aws_calls.clear()
    decide(asking.review_id, Outcome.APPROVED, "", BY_LINK, share="5")
    assert aws_calls == ["UpdateItem", "UpdateItem", *done]
    assert world.store.get(plain.review_id).answers == {}


def test_a_late_decision_gets_the_first_one_before_missing_answers(world: World) -> None:
    review = world.waiting_review(questions=ALL)
    world.deciding()(review.review_id, Outcome.REJECTED, "no", BY_LINK, share="5")

    with pytest.raises(AlreadyDecided):
        world.deciding()(review.review_id, Outcome.APPROVED, "", BY_LINK)


def test_permission_is_checked_before_the_answers(world: World) -> None:
    review = world.waiting_review(questions=ALL)
    requester = Actor(person="U012ABCDEF", via=Way.SLACK)

    with pytest.raises(NotAllowed, match="You requested this; someone else must approve"):
        world.deciding()(review.review_id, Outcome.APPROVED, "", requester)


def test_each_approval_of_a_quorum_answers_and_the_last_answers_count(world: World) -> None:
    review = world.waiting_review(questions=ALL)
    decide = world.deciding(Rules(required_approvals=2))
    for person, share in (("U1ANN", "5"), ("U2BOB", "10")):
        by = Actor(person=person, via=Way.SLACK, slack_team="T1")
        decide(review.review_id, Outcome.APPROVED, "", by, share=share)

    assert world.execution_output(review)["output"]["answers"] == {"share": 10}
    story = [(event, person, why) for event, _, person, why in world.story(review)]
    assert ("review.approval", "U1ANN", "Share of traffic: 5") in story
