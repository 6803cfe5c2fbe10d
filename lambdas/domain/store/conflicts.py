"""Retry writes that DynamoDB rejected because of a conflicting transaction.

While a transaction changes a row, other writes to that row are rejected, and a transaction that
conflicts with another write is cancelled. Nothing is written in either case. botocore does not
retry these errors.
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
"""Retryable reasons of a cancelled transaction.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html
"""
_FIRST_PAUSE = 0.02
_MAX_PAUSE = 0.2


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """Retries a write for a limited time, with full jitter.

    https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
    """

    seconds: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    def write(self, write: Callable[[], Answer]) -> Answer:
        """Retry until there is no conflict. Raises AWS's last error when time is up."""
        end = self.clock() + self.seconds
        for tries in count():
            try:
                return write()
            except ClientError as refused:
                longest = min(_FIRST_PAUSE * 2 ** min(tries, 10), _MAX_PAUSE)
                pause = longest * self.chance()
                if not _may_pass(refused) or self.clock() + pause > end:
                    raise
            self.sleep(pause)
        raise AssertionError("unreachable: the loop is infinite")

    def transact(self, client: "DynamoDBClient", statements: list[Any]) -> None:
        """Execute PartiQL statements as one transaction, with retries.

        An attempt after a cancelled transaction has a new token. A transaction that is still in
        progress keeps its token: a new one would write twice.
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


DEFAULT_RETRIES = RetryPolicy(seconds=6)
"""For all functions except those that Slack waits for. A transaction on two rows takes some tens of
milliseconds; one whose coordinator failed completes within about five seconds, according to AWS.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html
"""
SLACK_RETRIES = RetryPolicy(seconds=0.8)
"""Slack's timeout is three seconds. A click makes at most three writes: two for the last of several
approvals, one to mark the review as done."""


def _may_pass(refused: ClientError) -> bool:
    if code_of(refused) != _CANCELLED:
        return code_of(refused) in _PASSING
    given: list[Any] = refused.response.get("CancellationReasons", [])  # pyright: ignore
    reasons = {it.get("Code", "None") for it in given} - {"None"}
    return bool(reasons) and reasons <= _PASSING_REASONS
