"""The used part of Lambda's context object. Only type checkers import this module."""

from typing import Protocol


class Context(Protocol):
    """The second argument of a handler."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function times out."""
        ...
