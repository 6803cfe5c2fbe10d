"""The callers of a stage: each gets its answer by its own token or callback, and only by that.

The third form, an asker, polls: its answer is in the row.
"""

from enum import Enum, auto
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.domain.review.errors import NotDelivered
from lambdas.domain.review.review import Review
from lambdas.domain.runtime.clients import AWS_ERRORS, code_of, was_retried

_GONE = {
    "TaskTimedOut",
    "TaskDoesNotExist",
    "InvalidToken",
    "CallbackTimeoutException",
    "ResourceNotFoundException",
}
"""Nothing waits: not any more, or it never did."""
_FORBIDDEN = {"AccessDeniedException", "AccessDenied"}
"""Its host is not connected to the gate: only the deadline ends its review."""
_NO_CALLBACK = "InvalidParameterValueException"
"""What Lambda says of an answer to an id that no callback ever had."""


class Delivery(Enum):
    """What became of an answer."""

    DONE = auto()
    GONE = auto()
    """The caller no longer waits, and has not received it."""
    UNCONFIRMED = auto()
    """The caller no longer waits, and may have received it."""


class Caller(Protocol):
    """One form of a caller. Each method is one AWS call."""

    def send(self, review: Review) -> None:
        """Send the answer to a review that is over."""
        ...

    def check(self, review: Review) -> None:
        """Do nothing, but fail as `send` does where nothing waits."""
        ...

    def has_answer(self, review: Review) -> bool | None:
        """Look for the answer in the latest events of the execution; none if they do not tell."""
        ...


class Callers:
    """The callers of a stage: tasks of state machines, durable functions, and askers."""

    def __init__(self, tasks: Caller, functions: Caller) -> None:
        self._tasks = tasks
        self._functions = functions

    def _form(self, review: Review) -> Caller | None:
        """The form of a review's caller; none of an asker, to whom nothing is sent."""
        if review.asker:
            return None
        return self._functions if review.callback_id else self._tasks

    def answer(self, review: Review, *, again: bool = False) -> Delivery:
        """Send the answer to a review that is over; `again` if somebody may have sent it before.

        One call, and one more to look into the execution's history if an attempt got no response:
        then "nothing waits" may mean that the answer has arrived.
        Raises `NotDelivered` if AWS does not accept the answer now.
        """
        form = self._form(review)
        if form is None:
            return Delivery.DONE
        try:
            form.send(review)
        except ClientError as error:
            if code_of(error) not in {*_GONE, _NO_CALLBACK}:
                raise NotDelivered(review) from None
            if not again and not was_retried(error):
                return Delivery.GONE
        except BotoCoreError:
            if self._has_answer(form, review):
                return Delivery.DONE
            raise NotDelivered(review) from None
        else:
            return Delivery.DONE
        match self._has_answer(form, review):
            case None:
                return Delivery.UNCONFIRMED
            case arrived:
                return Delivery.DONE if arrived else Delivery.GONE

    def is_waiting(self, review: Review) -> bool:
        """Tell whether the caller still waits, as far as the gate may know. One call."""
        form = self._form(review)
        if form is None:
            return True
        try:
            form.check(review)
        except ClientError as error:
            if code_of(error) in _GONE:
                return False
            if code_of(error) not in _FORBIDDEN:
                raise
        return True

    def _has_answer(self, form: Caller, review: Review) -> bool | None:
        try:
            return form.has_answer(review)
        except AWS_ERRORS:
            return None
