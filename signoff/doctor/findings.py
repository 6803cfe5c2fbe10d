"""What a check has found: whether that is well, and where it is not, what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it stands with what was looked at."""

    OK = "ok"
    WARNING = "warning"
    """It works, with a risk that may be intended."""
    PROBLEM = "problem"
    UNCHECKED = "unchecked"
    """It could not be looked at, which says nothing about how it is."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at; `do` is empty where there is nothing to do."""

    check: str
    state: State
    found: str
    do: str = ""


def well(check: str, found: str, advice: str = "") -> Finding:
    """It is as it should be; `advice` is for those who want more of it."""
    return Finding(check=check, state=State.OK, found=found, do=advice)


def warning(check: str, found: str, do: str) -> Finding:
    """Report a risk that may be intended."""
    return Finding(check=check, state=State.WARNING, found=found, do=do)


def problem(check: str, found: str, do: str) -> Finding:
    """It is not as it should be."""
    return Finding(check=check, state=State.PROBLEM, found=found, do=do)


class CannotCheck(Exception):
    """Something stands in the way of looking; `do` removes it."""

    def __init__(self, why: str, do: str) -> None:
        super().__init__(why)
        self.do = do

    def finding(self, check: str) -> Finding:
        """Say so in place of what was to be found."""
        return Finding(check=check, state=State.UNCHECKED, found=str(self), do=self.do)


class Gone(CannotCheck):
    """What was asked about does not exist, which is a problem in itself."""

    def finding(self, check: str) -> Finding:
        """Tell it."""
        return problem(check, str(self), self.do)
