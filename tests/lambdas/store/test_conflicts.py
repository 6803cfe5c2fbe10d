"""Retries of writes that conflict with a transaction."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.store.conflicts import SLACK_RETRIES, RetryPolicy

CONFLICT = "TransactionConflictException"
IN_PROGRESS = "TransactionInProgressException"
CANCELLED = "TransactionCanceledException"


def refusal(code: str, *reasons: str) -> ClientError:
    response: Any = {
        "Error": {"Code": code},
        "CancellationReasons": [{"Code": it} for it in reasons],
    }
    return ClientError(response, "any")


@dataclass
class DynamoDB:
    """Refuses the first writes as scripted; only pauses move its clock."""

    refusals: list[ClientError]
    now: float = 0.0
    pauses: list[float] = field(default_factory=list[float])
    tokens: list[str] = field(default_factory=list[str])

    def retries(self, seconds: float = 6, chance: float = 1) -> RetryPolicy:
        return RetryPolicy(
            seconds=seconds, clock=lambda: self.now, sleep=self.sleep, chance=lambda: chance
        )

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def write(self) -> str:
        if self.refusals:
            raise self.refusals.pop(0)
        return "written"

    def execute_transaction(self, ClientRequestToken: str, **_: object) -> None:  # noqa: N803
        self.tokens.append(ClientRequestToken)
        self.write()


PASSING = [
    refusal(CONFLICT),
    refusal(IN_PROGRESS),
    refusal(CANCELLED, "TransactionConflict"),
    refusal(CANCELLED, "None", "TransactionConflict", "None"),
    refusal(CANCELLED, "ThrottlingError", "ProvisionedThroughputExceeded"),
]
ANSWERS = [
    refusal("ConditionalCheckFailedException"),
    refusal("AccessDeniedException"),
    refusal("ValidationException"),
    refusal(CANCELLED),
    refusal(CANCELLED, "None"),
    refusal(CANCELLED, "ConditionalCheckFailed", "None"),
    refusal(CANCELLED, "TransactionConflict", "ConditionalCheckFailed"),
    refusal(CANCELLED, "DuplicateItem", "TransactionConflict"),
]


@pytest.mark.parametrize("refused", PASSING, ids=str)
def test_a_conflict_is_retried_until_it_succeeds(refused: ClientError) -> None:
    dynamodb = DynamoDB([refused] * 9)

    assert dynamodb.retries().write(dynamodb.write) == "written"
    assert len(dynamodb.pauses) == 9


@pytest.mark.parametrize("refused", ANSWERS, ids=str)
def test_other_refusals_are_not_retried(refused: ClientError) -> None:
    dynamodb = DynamoDB([refused])

    with pytest.raises(ClientError) as raised:
        dynamodb.retries().write(dynamodb.write)

    assert raised.value is refused
    assert dynamodb.pauses == []


def test_pauses_are_random_and_grow_up_to_a_limit() -> None:
    longest, half = DynamoDB(PASSING * 2), DynamoDB(PASSING * 2)

    longest.retries().write(longest.write)
    half.retries(chance=0.5).write(half.write)

    assert longest.pauses == [0.02, 0.04, 0.08, 0.16, *[0.2] * 6]
    assert half.pauses == [it / 2 for it in longest.pauses]


@given(seconds=st.floats(0.01, 10), chance=st.floats(0, 1))
def test_retries_end_in_time_with_the_last_error(seconds: float, chance: float) -> None:
    refusals = [refusal(CONFLICT) for _ in range(2000)]
    dynamodb = DynamoDB([*refusals])
    pause = max(chance, 0.05)

    with pytest.raises(ClientError) as raised:
        dynamodb.retries(seconds, pause).write(dynamodb.write)

    assert raised.value is refusals[len(dynamodb.pauses)]
    assert dynamodb.now <= seconds < dynamodb.now + 0.2


def test_only_a_cancelled_transaction_gets_a_new_token() -> None:
    busy, cancelled = refusal(IN_PROGRESS), refusal(CANCELLED, "TransactionConflict")
    dynamodb: Any = DynamoDB([busy, busy, cancelled, busy])

    dynamodb.retries().transact(dynamodb, [])

    first, second = dynamodb.tokens[0], dynamodb.tokens[-1]
    assert dynamodb.tokens == [first, first, first, second, second]
    assert first != second
    assert len(first) <= 36


def test_slack_is_answered_in_time_even_if_all_writes_conflict() -> None:
    assert 3 * SLACK_RETRIES.seconds < 2.5
