"""Deliver answers to callers, each by its own task token or callback id, and only by that.

Askers, the third form of a caller, poll: their answer is in the row.
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
"""The caller is not waiting: it has ended, or it never existed."""
_FORBIDDEN = {"AccessDeniedException", "AccessDenied"}
"""The host is not connected to the gate, so only the deadline ends its review."""
_NO_CALLBACK = "InvalidParameterValueException"
"""Lambda's error for a callback id that never existed."""


class Delivery(Enum):
    """The result of delivering an answer."""

    DONE = auto()
    GONE = auto()
    """The caller is no longer waiting, and has not received the answer."""
    UNCONFIRMED = auto()
    """The caller is no longer waiting, and may have received the answer."""


class Caller(Protocol):
    """One form of caller. Each method makes one AWS call."""

    def send(self, review: Review) -> None:
        """Send the answer to an ended review."""
        ...

    def check(self, review: Review) -> None:
        """Check that the caller is waiting. Raises the same error as `send` if it is not."""
        ...

    def has_answer(self, review: Review) -> bool | None:
        """Look for the answer in the execution's latest events; None if they are inconclusive."""
        ...


class Callers:
    """The callers of a stage: state machine tasks, durable functions, and askers."""

    def __init__(self, tasks: Caller, functions: Caller) -> None:
        self._tasks = tasks
        self._functions = functions

    def _form(self, review: Review) -> Caller | None:
        """The form of a review's caller; None for an asker, which polls."""
        if review.asker:
            return None
        return self._functions if review.callback_id else self._tasks

    def answer(self, review: Review, *, again: bool = False) -> Delivery:
        """Send the answer to an ended review; set `again` if it may have been sent before.

        Makes one AWS call, and a second to read the execution's history if an attempt got no
        response: then "not waiting" may mean that the answer has arrived. Raises `NotDelivered` if
        AWS does not accept the answer now.
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
        """Whether the caller is still waiting, as far as the gate may check. One AWS call."""
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
