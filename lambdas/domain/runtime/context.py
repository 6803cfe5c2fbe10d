"""Lambda's context object, as far as it matters here; only type checkers read this file."""

from typing import Protocol


class Context(Protocol):
    """What a handler gets beside its event."""

    def get_remaining_time_in_millis(self) -> int:
        """Tell how long the function may still run."""
        ...
