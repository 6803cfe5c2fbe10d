"""Retry writes that DynamoDB refused because they met a transaction, or were one.

While a transaction is at work on a row, every other write of that row is refused, and a transaction
that meets another write is cancelled. Nothing was written either way. botocore retries neither.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
"""

import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from lambdas.domain.runtime.clients import code_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Answer = TypeVar("Answer")

_CANCELLED = "TransactionCanceledException"
_PASSING = {"TransactionConflictException", "TransactionInProgressException"}
_PASSING_REASONS = {"TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"}
"""Reasons of a cancelled transaction that a later one may not meet; all others are answers.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html
"""
_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 0.2


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long one write is retried, with full jitter.

    https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
    """

    seconds: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    def write(self, write: Callable[[], Answer]) -> Answer:
        """Write until it meets no other write. Raises AWS's last refusal when patience ends."""
        end = self.clock() + self.seconds
        for tries in count():
            try:
                return write()
            except ClientError as refused:
                longest = min(_FIRST_PAUSE * 2 ** min(tries, 10), _LONGEST_PAUSE)
                pause = longest * self.chance()
                if not _may_pass(refused) or self.clock() + pause > end:
                    raise
            self.sleep(pause)
        raise AssertionError("unreachable: the loop has no end of its own")

    def transact(self, client: "DynamoDBClient", statements: list[Any]) -> None:
        """Execute PartiQL statements as one transaction, as `write` does.

        Each attempt has a token of its own once the one before it was cancelled. A transaction
        that is still in progress keeps its token: a new one would do the same work twice.
        """
        token = secrets.token_hex(16)

        def execute() -> None:
            nonlocal token
            try:
                client.execute_transaction(TransactStatements=statements, ClientRequestToken=token)
            except ClientError as refused:
                if code_of(refused) == _CANCELLED:
                    token = secrets.token_hex(16)
                raise

        self.write(execute)


PATIENCE = Patience(seconds=6)
"""Of all functions but those that Slack waits for. A transaction on two rows takes some hundredths
of a second; one whose coordinator failed is completed within about five seconds, says AWS.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html
"""
WITHIN_SLACK_TIMEOUT = Patience(seconds=0.8)
"""Slack waits three seconds. A click makes at most three writes: two to count it as the last of
several approvals, one to mark it as done."""


def _may_pass(refused: ClientError) -> bool:
    if code_of(refused) != _CANCELLED:
        return code_of(refused) in _PASSING
    given: list[Any] = refused.response.get("CancellationReasons", [])  # pyright: ignore
    reasons = {it.get("Code", "None") for it in given} - {"None"}
    return bool(reasons) and reasons <= _PASSING_REASONS
