"""Errors of the command line, each with its exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class SignoffError(Exception):
    """An error with a message, a hint on what to do next, and the result so far for `--json`."""

    status = 1

    def __init__(
        self, message: str, hint: str = "", result: Mapping[str, Any] | None = None
    ) -> None:
        self.message = message
        self.hint = hint
        self.result = result or {}
        super().__init__(message)


class Refused(SignoffError):
    """The stage or AWS rejected the request."""


class Forbidden(Refused):
    """The caller lacks a permission."""


class WrongUsage(SignoffError):
    """The command line is invalid."""

    status = 2


class ReviewNotFound(SignoffError):
    """The stage has no review with this ID."""

    status = 3


class Unreachable(SignoffError):
    """AWS or the local stack did not respond, or rejected the credentials."""

    status = 4


class InvalidCredentials(Unreachable):
    """The credentials are missing, expired or invalid."""


class ResponseLost(Unreachable):
    """A request was sent without a response; it may have taken effect."""
