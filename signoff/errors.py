"""What can go wrong, each with its exit status; texts say what to do next."""

from __future__ import annotations


class SignoffError(Exception):
    """Anything that stops a command: what is wrong, and what to do about it."""

    status = 1

    def __init__(self, text: str, advice: str = "") -> None:
        self.text = text
        self.advice = advice
        super().__init__(text)


class Refused(SignoffError):
    """The stage answered, and does not do what was asked."""


class Forbidden(Refused):
    """Whoever asks lacks the permission."""


class WrongUsage(SignoffError):
    """The command line asks for what cannot be."""

    status = 2


class NoSuchReview(SignoffError):
    """The stage knows no review of this id."""

    status = 3


class Unreachable(SignoffError):
    """AWS or the local stack gave no answer, or takes nobody without credentials."""

    status = 4


class UnknownCaller(Unreachable):
    """AWS takes no credentials of whoever asks: none, expired ones, wrong ones."""


class Unanswered(Unreachable):
    """A call was sent, and no answer came: it may have been heard all the same."""
