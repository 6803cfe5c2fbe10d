"""The sweeper with a controlled clock: late, repeated and concurrent sweeps."""

import itertools
import json
from collections import Counter
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.domain.lifecycle import sweep as sweeping
from lambdas.domain.lifecycle.announcements import read_announcement
from lambdas.domain.lifecycle.deliver import NO_LONGER_WAITING
from lambdas.domain.lifecycle.end import end
from lambdas.domain.lifecycle.sweep import SweepIncomplete
from lambdas.domain.review.events import Actor, Event
from lambdas.domain.review.review import Decision, Outcome, Review, Status, Way
from lambdas.domain.review.time_plan import TimePlan
from lambdas.domain.runtime import times
from lambdas.domain.store.claims import claim
from tests.http_stub import http_stub
from tests.lambdas.conftest import (
    ANSWERED_FILE,
    NOW,
    World,
    before_each_call,
    both_forms,
    make_review,
)
from tests.lambdas.slack.channels import (
    Kind,
    asked,
    bot_channel,
    notify_of,
    posted_as,
    webhook_channel,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

STAGES = {
    "dev": (2 * HOUR, TimePlan()),
    "uat": (DAY, TimePlan(remind_before=(12 * HOUR, 2 * HOUR))),
    "prod": (
        7 * DAY,
        TimePlan(remind_before=(3 * DAY, DAY, 2 * HOUR), escalate_before=12 * HOUR),
    ),
}


def sweep(
    world: World,
    plan: TimePlan | None = None,
    left: float = 60,
    on_timeout: Outcome | None = None,
) -> int:
    return sweeping.sweep(world.gate, plan or TimePlan(), on_timeout, "dev", lambda: left)


def asked_for(world: World, plan: TimePlan, time: timedelta, **changes: Any) -> Review:
    review = make_review(deadline=NOW + time)
    due_at = plan.next_check(review, NOW)
    return world.waiting_review(deadline=NOW + time, due_at=due_at, **changes)


def sent(world: World) -> Counter[str]:
    return Counter(it["event"] for it in world.announced())


HOWS = ("once", "twice each time", "three at once")
EVERY_TEN_MINUTES = itertools.product(STAGES, HOWS, [10 * MINUTE])


@pytest.mark.parametrize(
    ("stage", "how", "every"),
    [
        *((stage, how, None) for stage, how in zip(STAGES, HOWS, strict=True)),
        *(pytest.param(*each, marks=pytest.mark.soak) for each in EVERY_TEN_MINUTES),
    ],
)
def test_each_reminder_and_escalation_goes_out_once(
    world: World, stage: str, how: str, every: timedelta | None
) -> None:
    time, plan = STAGES[stage]
    review = asked_for(world, plan, time)

    def at_once(_: int) -> int:
        return sweep(world, plan)

    with ThreadPoolExecutor(3) as pool:
        while world.clock.moment < review.deadline + HOUR:
            match how:
                case "three at once":
                    list(pool.map(at_once, range(3)))
                case "twice each time":
                    sweep(world, plan)
                    sweep(world, plan)
                case _:
                    sweep(world, plan)
            due_at = world.store.get(review.review_id).due_at
            later = world.clock.moment + HOUR
            world.clock.moment = world.clock.moment + every if every else due_at or later

    expected = {"review.reminder": len(plan.remind_before)}
    expected["review.escalated"] = int(plan.escalate_before is not None)
    expected["review.expired"] = 1
    assert sent(world) == Counter(expected)
    story = Counter(event for event, *_ in world.story(review))
    assert story == Counter({"review.requested": 1, **expected})


def test_a_reminder_states_the_time_left(world: World) -> None:
    plan = TimePlan(remind_before=(2 * HOUR,), escalate_before=HOUR)
    asked_for(world, plan, DAY)

    for late in (timedelta(0), timedelta(seconds=59)):
        world.clock.moment = NOW + 22 * HOUR + late
        sweep(world, plan)
    world.clock.moment = NOW + 23 * HOUR + 10 * MINUTE
    sweep(world, plan)

    assert [(it["event"], it["time_left"]) for it in world.announced()] == [
        ("review.reminder", "2 hours"),
        ("review.escalated", "50 minutes"),
    ]


def test_a_late_sweeper_sends_one_of_several_missed_reminders(world: World) -> None:
    plan = TimePlan(remind_before=(12 * HOUR, 6 * HOUR, 2 * HOUR))
    asked_for(world, plan, DAY)
    world.clock.moment = NOW + 19 * HOUR

    sweep(world, plan)
    assert [it["time_left"] for it in world.announced()] == ["5 hours"]

    world.clock.moment = NOW + 22 * HOUR
    sweep(world, plan)
    assert [it["time_left"] for it in world.announced()] == ["2 hours"]


def decided(world: World, review: Review, outcome: Outcome = Outcome.APPROVED) -> Review:
    by = Actor(person="U1ANN", via=Way.SLACK)
    return world.deciding()(review.review_id, outcome, "because", by)


@pytest.mark.parametrize("how", ["decided", "cancelled", "past the deadline"])
def test_an_ended_review_gets_no_reminder(world: World, how: str) -> None:
    plan = TimePlan(remind_before=(12 * HOUR, 2 * HOUR), escalate_before=HOUR)
    review = asked_for(world, plan, DAY)
    if how == "decided":
        decided(world, review)
    elif how == "cancelled":
        end(world.gate, review, Status.CANCELLED, "why")
    else:
        world.clock.moment = review.deadline
    world.announced()

    for _ in range(4):
        sweep(world, plan)
        world.clock.advance(hours=11)  # all reminders are due after two steps

    assert not {"review.reminder", "review.escalated"} & set(sent(world))


@both_forms
def test_a_decision_during_a_sweep_is_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = TimePlan(remind_before=(2 * HOUR,))
    review = asked_for(world, plan, DAY)
    world.clock.moment = NOW + 22 * HOUR
    with before_call(monkeypatch, "Publish", lambda: decided(world, review)):
        sweep(world, plan)

    row = world.store.get(review.review_id)
    assert (row.status, row.due_at, row.reminded_at) == (Status.APPROVED, None, None)
    assert world.execution_output(review)["output"]["decision"] == "approved"


@pytest.mark.parametrize("moment", ["UpdateItem", "Publish", "ExecuteTransaction"])
def test_the_escalation_channel_gets_a_decision_made_during_its_escalation(
    world: World, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    plan = TimePlan(escalate_before=HOUR)
    review = asked_for(world, plan, DAY)
    world.clock.moment = NOW + 23 * HOUR
    louder: list[str] = []

    def note_escalated(operation: str, parameters: Any) -> None:
        if operation == "Publish" and "escalated" in parameters["MessageAttributes"]:
            louder.append(parameters["MessageAttributes"]["event"]["StringValue"])

    # The sweeper's first UpdateItem takes the review, its second comes before the escalation.
    skipped = 1 if moment == "UpdateItem" else 0
    with (
        before_each_call(monkeypatch, note_escalated),
        before_call(monkeypatch, moment, lambda: decided(world, review), skipped),
    ):
        sweep(world, plan)

    assert world.store.get(review.review_id).due_at is None
    expected = [] if moment == "UpdateItem" else ["review.decided", "review.escalated"]
    assert sorted(louder) == expected


def test_an_interrupted_escalation_is_sent_by_a_later_sweep(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = TimePlan(escalate_before=HOUR)
    asked_for(world, plan, DAY)
    world.clock.moment = NOW + 23 * HOUR
    with killed_after(monkeypatch, 4):  # the next would be Publish
        sweep(world, plan)
    world.clock.advance(minutes=2)

    sweep(world, plan)

    assert sent(world) == {"review.escalated": 1}


def test_a_sweep_with_nothing_due_makes_one_call(world: World, aws_calls: list[str]) -> None:
    review = asked_for(world, TimePlan(), DAY)
    aws_calls.clear()

    assert sweep(world) == 0

    assert aws_calls == ["Query"]
    assert review.due_at


@both_forms
@pytest.mark.parametrize("many", [100, pytest.param(10_000, marks=pytest.mark.soak)])
def test_a_sweep_makes_calls_for_due_reviews_only(
    world: World, aws_calls: list[str], many: int
) -> None:
    plan = TimePlan(remind_before=(2 * HOUR,))
    costs: list[Counter[str]] = []
    for waiting in (0, many):
        _put_pending_rows(world, waiting, due_at=NOW + 100 * DAY)
        for _ in range(5):
            asked_for(world, plan, 2 * HOUR + MINUTE)
        world.clock.moment = NOW + MINUTE
        aws_calls.clear()
        assert sweep(world, plan) == 5
        costs.append(Counter(aws_calls))
        world.clock.moment = NOW

    assert costs[0] == costs[1]
    assert costs[1] == {
        "Query": 1,
        "UpdateItem": 5,
        world.form.checks: 5,
        "Publish": 5,
        "ExecuteTransaction": 5,
    }


def _put_pending_rows(world: World, count: int, due_at: Any) -> None:
    client = boto3.client("dynamodb")
    for start in range(0, count, 25):
        requests: Any = [
            {
                "PutRequest": {
                    "Item": {
                        "review_id": {"S": f"{number:032x}"},
                        "stage": {"S": "dev"},
                        "due_at": {"S": times.to_text(due_at)},
                        "status": {"S": "PENDING"},
                        "requested_at": {"S": times.to_text(NOW)},
                        "deadline": {"S": times.to_text(NOW + 200 * DAY)},
                    }
                }
            }
            for number in range(start, start + 25)
        ]
        client.batch_write_item(RequestItems={world.table: requests})


def test_an_unreadable_row_is_logged_and_blocks_no_other(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    plan = TimePlan(remind_before=(2 * HOUR,))
    _put_pending_rows(world, 25, due_at=NOW)  # only the index attributes: no row is readable
    asked_for(world, plan, 2 * HOUR + MINUTE)
    world.clock.moment = NOW + MINUTE

    assert sweep(world, plan) == 26

    assert sent(world) == {"review.reminder": 1}
    logged = [vars(it).get("event") for it in caplog.records]
    assert logged.count("row.unreadable") == 25


def test_a_sweep_ends_before_its_timeout_and_the_next_continues(world: World) -> None:
    plan = TimePlan(remind_before=(2 * HOUR,))
    asked_for(world, plan, 2 * HOUR + MINUTE)
    world.clock.moment = NOW + MINUTE

    assert sweep(world, plan, left=10) == 0
    assert sweep(world, plan) == 1


@both_forms
@pytest.mark.parametrize("end", ["stop", "fail"])
def test_a_sweep_finds_a_caller_that_ended_unnoticed(
    world: World, aws_calls: list[str], end: str
) -> None:
    review = asked_for(world, TimePlan(remind_before=(2 * HOUR,)), DAY)
    getattr(world.form, end)(review)
    world.clock.advance(minutes=1)
    aws_calls.clear()

    sweep(world)

    assert aws_calls == [
        "Query",
        "UpdateItem",
        world.form.checks,
        "UpdateItem",
        "Publish",
        "ExecuteTransaction",
    ]
    row = world.store.get(review.review_id)
    assert (row.status, row.due_at) == (Status.CANCELLED, None)
    [message] = world.announced()
    assert (message["event"], message["reason"]) == ("review.cancelled", NO_LONGER_WAITING)


@both_forms
def test_a_claimed_execution_does_not_end_the_review(world: World) -> None:
    """It may belong to another caller, or be invisible to the gate."""
    review = asked_for(world, TimePlan(), DAY, execution_arn="arn:aws:iam::1:nothing/like/it")
    world.clock.advance(minutes=1)

    assert sweep(world) == 1
    assert world.store.get(review.review_id).status is Status.PENDING

    world.clock.moment = review.deadline
    sweep(world)
    assert world.store.get(review.review_id).status is Status.EXPIRED


def test_failed_checks_back_off_up_to_the_deadline(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = asked_for(world, TimePlan(), 8 * MINUTE)

    def busy(operation: str, _: Any) -> None:
        if operation == world.form.checks:
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, operation)

    looks: list[timedelta] = []
    with before_each_call(monkeypatch, busy):
        while world.clock.moment < review.deadline:
            due_at = world.store.get(review.review_id).due_at
            assert due_at
            world.clock.moment = due_at
            looks.append(due_at - NOW)
            if due_at < review.deadline:
                with pytest.raises(SweepIncomplete):
                    sweep(world)

    assert looks == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    sweep(world)
    assert world.store.get(review.review_id).status is Status.EXPIRED


@pytest.mark.parametrize("refusal", ["ThrottlingException", "done meanwhile"])
def test_a_review_that_cannot_be_postponed_blocks_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, refusal: str
) -> None:
    plan = TimePlan(remind_before=(2 * HOUR,))
    stuck, other = (asked_for(world, plan, 2 * HOUR + MINUTE) for _ in range(2))
    world.clock.moment = NOW + MINUTE

    def trouble(operation: str, parameters: Any) -> None:
        if operation == world.form.checks and parameters["taskToken"] == stuck.task_token:
            if refusal == "done meanwhile":
                end(world.gate, stuck, Status.CANCELLED, "why")
            raise ClientError({"Error": {"Code": "InternalServerError"}}, operation)
        if refusal != "done meanwhile" and ":failures" in str(parameters):
            raise ClientError({"Error": {"Code": refusal}}, operation)

    with before_each_call(monkeypatch, trouble), pytest.raises(SweepIncomplete, match="1 of 2"):
        sweep(world, plan)

    assert sent(world)["review.reminder"] == 1
    assert world.store.get(other.review_id).reminded_at
    done = world.store.get(stuck.review_id).due_at is None
    assert done is (refusal == "done meanwhile")


def test_checks_for_a_stopped_execution_back_off_with_the_age_of_the_review() -> None:
    plan = TimePlan()
    review = make_review(deadline=NOW + 30 * DAY)
    looks: list[timedelta] = []
    moment = NOW
    while moment < review.deadline:
        after = plan.next_check(review, moment)
        assert after - moment <= max(moment - NOW, MINUTE)
        assert after - moment <= 6 * HOUR
        moment = after
        looks.append(moment - NOW)

    assert looks[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert sum(look <= DAY for look in looks) <= 12


NO_DECISION = "No decision within 1 hour."
SKEW = timedelta(seconds=15)


def overdue(world: World, **changes: Any) -> Review:
    """An overdue review that the sweeper has checked before."""
    review = asked_for(world, TimePlan(), HOUR, **changes)
    world.clock.moment = review.deadline - timedelta(seconds=1)
    assert sweep(world) == 1
    world.clock.moment = review.deadline + SKEW
    return review


def posted(world: World, review: Review, note: str = "posted:1.1") -> None:
    """The channel's note of the request message."""
    boto3.client("dynamodb").update_item(
        TableName=world.notes_table,
        Key={"review_id": {"S": review.review_id}},
        UpdateExpression="SET slack_requested = :note",
        ExpressionAttributeValues={":note": {"S": note}},
    )


@both_forms
def test_a_review_expires_at_its_deadline_and_answers_the_caller(
    world: World, aws_calls: list[str]
) -> None:
    review = overdue(world)
    world.clock.moment = review.deadline
    aws_calls.clear()

    assert sweep(world) == 1

    assert aws_calls == ["Query", "UpdateItem", world.form.ends, "Publish", "ExecuteTransaction"]
    row = world.store.get(review.review_id)
    assert (row.status, row.due_at, row.callback_id, row.task_token) == (
        Status.EXPIRED,
        None,
        "",
        "",
    )
    answer = world.form.end(review).answer
    assert answer == {
        "review_id": review.review_id,
        "decision": "expired",
        "reviewer": "",
        "approved_by": [],
        "reason": NO_DECISION,
        "answers": {},
        "via": "timeout",
        "decided_at": times.to_text(review.deadline),
        "requester_verified": False,
        "evidence": [ANSWERED_FILE],
        "context": None,
    }
    assert sent(world) == {"review.expired": 1}
    assert world.story(review)[-1] == ("review.expired", "timeout", "", NO_DECISION)


@both_forms
@pytest.mark.parametrize("on_timeout", list(Outcome))
def test_a_timeout_decides_only_after_the_allowed_clock_skew(
    world: World, on_timeout: Outcome
) -> None:
    review = overdue(world)
    posted(world, review)
    world.clock.moment = review.deadline + SKEW - timedelta(seconds=1)
    sweep(world, on_timeout=on_timeout)
    assert world.store.get(review.review_id).status is Status.PENDING

    world.clock.moment = review.deadline + SKEW
    sweep(world, on_timeout=on_timeout)

    row = world.store.get(review.review_id)
    assert (row.status, row.via, row.due_at) == (on_timeout.status, "timeout", None)
    answer = world.form.end(review).answer
    assert (answer["decision"], answer["via"], answer["reviewer"]) == (
        on_timeout,
        "timeout",
        "timeout",
    )
    assert sent(world) == {"review.decided": 1}
    assert world.story(review)[-1] == (
        "review.decided",
        "timeout",
        "",
        f"{on_timeout}: {NO_DECISION}",
    )


@both_forms
@pytest.mark.parametrize("note", [None, "2026-11-22T14:05:09.000000Z", "unconfirmed"])
def test_a_timeout_does_not_approve_a_possibly_unposted_request(
    world: World, note: str | None
) -> None:
    review = overdue(world)
    if note:
        posted(world, review, note)

    sweep(world, on_timeout=Outcome.APPROVED)

    assert world.store.get(review.review_id).status is Status.UNDELIVERED
    answer = world.form.end(review).answer
    assert answer["decision"] == "undelivered"
    assert answer["reason"] == f"{NO_DECISION} The request may not have reached Slack."
    assert sent(world) == {"review.undelivered": 1}


@pytest.mark.parametrize("on_timeout", [None, *Outcome])
@pytest.mark.parametrize("operation", ["Query", "UpdateItem"])
def test_a_decision_just_before_the_deadline_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch, on_timeout: Outcome | None, operation: str
) -> None:
    review = overdue(world)
    posted(world, review)
    decision = Decision(
        decision=Outcome.REJECTED,
        reviewer="U1ANN",
        reason="",
        via=Way.SLACK,
        decided_at=review.deadline - timedelta(seconds=1),
    )

    def just_in_time() -> None:
        claim(world.store, review.review_id, decision, needed=1, barred=())

    with before_call(monkeypatch, operation, just_in_time):
        sweep(world, on_timeout=on_timeout)
    world.clock.advance(minutes=1)
    sweep(world, on_timeout=on_timeout)

    assert world.store.get(review.review_id).status is Status.REJECTED
    assert world.form.end(review).answer["reviewer"] == "U1ANN"
    assert sent(world) == {"review.decided": 1}


def test_deadlines_come_before_reminders_and_everything_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = TimePlan(remind_before=(2 * HOUR,))
    for _ in range(3):
        asked_for(world, plan, 2 * HOUR + MINUTE)
    last = asked_for(world, plan, 2 * MINUTE)
    world.clock.moment = last.deadline
    events: list[str] = []

    def note(operation: str, parameters: Any) -> None:
        if operation == "Publish":
            events.append(parameters["MessageAttributes"]["event"]["StringValue"])

    monkeypatch.setattr(sweeping, "AT_ONCE", 1)
    with before_each_call(monkeypatch, note):
        sweep(world, plan)

    assert events == ["review.expired", *["review.reminder"] * 3]


@pytest.mark.parametrize("many", [50, pytest.param(1_000, marks=pytest.mark.soak)])
def test_ended_callers_delay_no_deadline(world: World, many: int) -> None:
    """One sweep ends each of them, and none is due again."""
    honest = overdue(world)
    junk = [make_review(review_id=f"{n:032x}", task_token=f"junk-{n}") for n in range(many)]
    for review in junk:
        world.add(replace(review, due_at=NOW, deadline=NOW + MINUTE))

    assert sweep(world, left=10_000) >= many + 1

    assert world.form.end(honest).answer["decision"] == "expired"
    assert sweep(world) == 0


@both_forms
@pytest.mark.parametrize("on_timeout", [None, *Outcome])
@pytest.mark.parametrize("calls", range(1, 5))
def test_an_interrupted_deadline_is_completed_by_one_sweep(
    world: World, monkeypatch: pytest.MonkeyPatch, calls: int, on_timeout: Outcome | None
) -> None:
    review = overdue(world)
    posted(world, review)
    with killed_after(monkeypatch, calls):
        sweep(world, on_timeout=on_timeout)
    world.clock.advance(minutes=2)

    sweep(world, on_timeout=on_timeout)

    row = world.store.get(review.review_id)
    assert (row.status, row.due_at) == (on_timeout.status if on_timeout else Status.EXPIRED, None)
    assert world.form.end(review).answer["decision"] == (on_timeout or "expired")
    assert len(set(sent(world))) == 1
    assert len(world.story(review)) == 2


def final_message(world: World, kind: Kind, announced: list[dict[str, str]]) -> str:
    """The final message of such a channel, posted once, and Slack's method for it."""
    with http_stub(posted_as("1.1")) as slack:
        for announcement in announced:
            kind(world, slack).notify(read_announcement(json.dumps(announcement)), lambda: 10)
    [(method, message)] = asked(slack)
    return f"{method} {json.dumps(message, ensure_ascii=False)}"


class Killed(BaseException):
    """The function's process was killed."""


def before_call(
    monkeypatch: pytest.MonkeyPatch, operation: str, do: Callable[[], object], skipped: int = 0
) -> AbstractContextManager[None]:
    """Run `action` just before the first call of `operation`, or a later one."""
    left = [skipped + 1]

    def look(name: str, _: Any) -> None:
        if name == operation:
            left[0] -= 1
            if left[0] == 0:
                do()

    return before_each_call(monkeypatch, look)


@contextmanager
def killed_after(monkeypatch: pytest.MonkeyPatch, calls: int) -> Generator[None]:
    """Kill the function after a number of its AWS calls."""
    left = [calls]

    def count(*_: Any) -> None:
        if left[0] == 0:
            raise Killed
        left[0] -= 1

    with before_each_call(monkeypatch, count), pytest.raises(Killed):
        yield


@both_forms
@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("calls", range(4))
def test_a_decision_interrupted_at_any_call_is_completed_by_one_sweep(
    world: World, monkeypatch: pytest.MonkeyPatch, calls: int, outcome: Outcome
) -> None:
    review = asked_for(world, TimePlan(), DAY)
    with http_stub(posted_as("1.1")) as slack:
        notify_of(bot_channel(world, slack), Event.REQUESTED, review)
    desk = world.deciding()
    by = Actor(person="U1ANN", via=Way.SLACK)
    with killed_after(monkeypatch, calls):
        desk(review.review_id, outcome, "because", by)
    world.clock.advance(seconds=30)
    answers: list[str] = []

    def note(operation: str, parameters: Any) -> None:
        if operation in world.form.answers:
            answer = parameters.get("output") or parameters.get("Result")
            answer = answer or parameters["Error"]["ErrorData"]
            answers.append(json.loads(answer)["decision"])

    with before_each_call(monkeypatch, note):
        sweep(world)

    row = world.store.get(review.review_id)
    if calls == 0:  # without the claim, nothing has happened
        assert (row.status, sent(world)) == (Status.PENDING, Counter())
        return
    assert (row.status, row.due_at) == (outcome.status, None)
    assert row.delivered_at is not None
    assert world.execution_output(review)["output"]["decision"] == outcome
    announced = world.announced()
    assert {(it["event"], it["decision"]) for it in announced} == {("review.decided", outcome)}
    assert len(announced) == (2 if calls == 3 else 1), (
        "the row is updated last, so the announcement may be repeated"
    )
    assert set(answers) <= {outcome}
    by_bot, by_webhook = (
        final_message(world, kind, announced) for kind in (bot_channel, webhook_channel)
    )
    assert "chat.update" in by_bot
    for message in (by_bot, by_webhook):
        assert f"*{outcome.capitalize()}* by <@U1ANN>" in message
    story = [event for event, *_ in world.story(review) if event != "review.notified"]
    assert story == ["review.requested", "review.decided"]
    world.clock.advance(hours=1)
    assert sweep(world) == 0


def test_the_sweeper_records_a_decision_as_the_endpoint_does(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = Actor(person="T1/U1ANN", name="Ann", via=Way.SLACK)
    entries: list[dict[str, str]] = []
    shown = ("event", "person", "identity", "via", "why")
    for cut_off in (False, True):
        world.clock.moment = NOW
        review = asked_for(world, TimePlan(), DAY)
        with killed_after(monkeypatch, 1) if cut_off else nullcontext():
            world.deciding()(review.review_id, Outcome.APPROVED, "", by)
        world.clock.advance(seconds=30)
        sweep(world)
        entry = world.audit_log.page(review.review_id).entries[-1]
        entries.append({name: getattr(entry, name) for name in shown})

    assert entries[0] == entries[1]
    assert entries[1]["identity"] == "verified by Slack: T1/U1ANN"


@both_forms
@pytest.mark.parametrize("calls", range(1, 3))
@pytest.mark.parametrize("status", [Status.CANCELLED, Status.EXPIRED, Status.UNDELIVERED])
def test_an_interrupted_ending_is_announced_after_one_sweep(
    world: World, monkeypatch: pytest.MonkeyPatch, calls: int, status: Status
) -> None:
    review = asked_for(world, TimePlan(), DAY)
    with killed_after(monkeypatch, calls):
        end(world.gate, review, status, "why")
    world.clock.advance(minutes=2)

    sweep(world)

    row = world.store.get(review.review_id)
    assert (row.status, row.due_at) == (status, None)
    assert set(sent(world)) == {f"review.{status.lower()}"}
    assert world.form.end(review).answer["decision"] == status.lower()


def test_an_interrupted_sweep_is_completed_by_a_later_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = TimePlan(remind_before=(2 * HOUR,))
    asked_for(world, plan, 2 * HOUR + MINUTE)
    world.clock.moment = NOW + MINUTE
    with killed_after(monkeypatch, 2):
        sweep(world, plan)
    assert sweep(world, plan) == 0, "the review is taken"

    world.clock.advance(minutes=2)
    assert sweep(world, plan) == 1

    assert sent(world) == {"review.reminder": 1}


@both_forms
def test_a_decision_that_came_too_late_for_its_caller_cancels_the_review(world: World) -> None:
    review = asked_for(world, TimePlan(), DAY)
    world.form.stop(review)
    decision = Decision(
        decision=Outcome.APPROVED, reviewer="U1ANN", reason="", via=Way.SLACK, decided_at=NOW
    )
    claim(world.store, review.review_id, decision, needed=1, barred=())
    world.clock.advance(minutes=1)

    sweep(world)

    row = world.store.get(review.review_id)
    assert (row.status, row.ended_because) == (Status.CANCELLED, NO_LONGER_WAITING)
    [message] = world.announced()
    assert (message["event"], message["decision"], message["reviewer"]) == (
        "review.cancelled",
        "",
        "",
    )
