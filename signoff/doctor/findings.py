"""The result of a check, with a fix for every problem."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """The outcome of a check."""

    OK = "ok"
    WARNING = "warning"
    """It works, with a risk that may be intended."""
    PROBLEM = "problem"
    UNCHECKED = "unchecked"
    """The check could not run."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One result; `fix` is empty if none is needed."""

    check: str
    state: State
    message: str
    fix: str = ""


def ok(check: str, message: str, advice: str = "") -> Finding:
    """Report success; `advice` is optional."""
    return Finding(check=check, state=State.OK, message=message, fix=advice)


def warning(check: str, message: str, fix: str) -> Finding:
    """Report a risk that may be intended."""
    return Finding(check=check, state=State.WARNING, message=message, fix=fix)


def problem(check: str, message: str, fix: str) -> Finding:
    """Report a problem and its fix."""
    return Finding(check=check, state=State.PROBLEM, message=message, fix=fix)


class CannotCheck(Exception):
    """A check could not run; `fix` is what to do about it."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix

    def finding(self, check: str) -> Finding:
        """The finding to report instead."""
        return Finding(check=check, state=State.UNCHECKED, message=str(self), fix=self.fix)


class Missing(CannotCheck):
    """The checked resource does not exist, which is a problem."""

    def finding(self, check: str) -> Finding:
        """The finding to report."""
        return problem(check, str(self), self.fix)
