"""Whatever waits for a review is told its end, and looked up where nobody knows if it heard."""

from collections.abc import Callable
from time import sleep
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.shared.callers.answers import GONE
from lambdas.shared.review.errors import NotDelivered
from lambdas.shared.review.review import Review
from lambdas.shared.runtime.clients import code_of

_UNKNOWN = {"ResourceNotFoundException", "InvalidParameterValueException"}
"""Lambda's words for what is not there any more, and for what never was."""
_CLOSED = _UNKNOWN | {
    "TaskTimedOut",
    "TaskDoesNotExist",
    "InvalidToken",
    "CallbackTimeoutException",
}
_GONE = _UNKNOWN | {"ExecutionDoesNotExist", "InvalidArn"}
_LOOKS = 4
_SECONDS_BETWEEN_LOOKS = 0.5


class Caller(Protocol):
    """What waits, in one of its forms: how it is told, and what is known of it."""

    def send(self, review: Review) -> None:
        """Tell how the review ended. One call, which is refused where nothing waits."""
        ...

    def what_became_of(self, review: Review) -> str | None:
        """Why a decision never got through; empty where it did, none where nobody can tell yet.

        The history may lag behind, so only one that has an end tells what never happened.
        """
        ...

    def why_it_ended(self, execution_arn: str) -> str:
        """How its execution ended, in a sentence; empty while it runs."""
        ...


class Callers:
    """The callers of a stage: tasks of state machines, and durable functions."""

    def __init__(
        self, tasks: Caller, functions: Caller, wait: Callable[[float], None] = sleep
    ) -> None:
        self._tasks = tasks
        self._functions = functions
        self._wait = wait

    def answer(self, review: Review) -> str:
        """Tell the caller the decision; tell why it never got through, if so.

        Where nothing waits any more, which a retry after a lost answer hears too, and where no
        answer came at all, the history knows what became of it.
        Raises `NotDelivered` where AWS takes nothing now, or nobody can tell yet.
        """
        try:
            self._form(review).send(review)
        except ClientError as error:
            if code_of(error) not in _CLOSED:
                raise NotDelivered(review) from None
        except BotoCoreError:
            pass
        else:
            return ""
        return self._why_unheard(review)

    def let_go(self, review: Review) -> None:
        """Tell the caller that nobody decided, if it still waits. One call, and may be again."""
        try:
            self._form(review).send(review)
        except ClientError as error:
            if code_of(error) not in _CLOSED:
                raise

    def why_it_ended(self, review: Review) -> str:
        """How the caller's execution ended, in a sentence; empty while it runs."""
        try:
            return self._form(review).why_it_ended(review.execution_arn)
        except ClientError as error:
            if code_of(error) in _GONE:
                return GONE
            raise

    def _form(self, review: Review) -> Caller:
        return self._functions if review.callback_id else self._tasks

    def _why_unheard(self, review: Review) -> str:
        """Why a decision never got through; empty where it did.

        Raises `NotDelivered` where nobody can tell yet, after a few looks.
        """
        for look in range(_LOOKS):
            if look:
                self._wait(_SECONDS_BETWEEN_LOOKS)
            try:
                became = self._form(review).what_became_of(review)
            except ClientError as error:
                if code_of(error) in _GONE:
                    return GONE
                raise NotDelivered(review) from None
            except BotoCoreError:
                raise NotDelivered(review) from None
            if became is not None:
                return became
        raise NotDelivered(review)
