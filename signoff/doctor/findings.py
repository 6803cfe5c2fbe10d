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
    """One result; `do` is the fix, empty if none is needed."""

    check: str
    state: State
    found: str
    do: str = ""


def well(check: str, found: str, advice: str = "") -> Finding:
    """Report success; `advice` is optional."""
    return Finding(check=check, state=State.OK, found=found, do=advice)


def warning(check: str, found: str, do: str) -> Finding:
    """Report a risk that may be intended."""
    return Finding(check=check, state=State.WARNING, found=found, do=do)


def problem(check: str, found: str, do: str) -> Finding:
    """Report a problem and its fix."""
    return Finding(check=check, state=State.PROBLEM, found=found, do=do)


class CannotCheck(Exception):
    """A check could not run; `do` is the fix."""

    def __init__(self, why: str, do: str) -> None:
        super().__init__(why)
        self.do = do

    def finding(self, check: str) -> Finding:
        """The finding to report instead."""
        return Finding(check=check, state=State.UNCHECKED, found=str(self), do=self.do)


class Gone(CannotCheck):
    """The checked resource does not exist, which is a problem."""

    def finding(self, check: str) -> Finding:
        """The finding to report."""
        return problem(check, str(self), self.do)
