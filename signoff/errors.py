"""Errors of the command line, each with its exit status."""

from __future__ import annotations


class SignoffError(Exception):
    """An error with a message and, where there is one, a hint on what to do next."""

    status = 1

    def __init__(self, text: str, advice: str = "") -> None:
        self.text = text
        self.advice = advice
        super().__init__(text)


class Refused(SignoffError):
    """The stage or AWS rejected the request."""


class Forbidden(Refused):
    """The caller lacks a permission."""


class WrongUsage(SignoffError):
    """The command line is invalid."""

    status = 2


class NoSuchReview(SignoffError):
    """The stage has no review with this ID."""

    status = 3


class Unreachable(SignoffError):
    """AWS or the local stack did not respond, or rejected the credentials."""

    status = 4


class UnknownCaller(Unreachable):
    """The credentials are missing, expired or invalid."""


class Unanswered(Unreachable):
    """A request was sent without a response; it may have taken effect."""
