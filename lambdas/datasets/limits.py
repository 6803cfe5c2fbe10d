"""How large a file may be, and how much time is left, so that functions finish in time.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from lambdas.datasets.errors import FileTooLarge

if TYPE_CHECKING:
    from lambdas.domain.runtime.context import Context

SecondsLeft: TypeAlias = Callable[[], float]
"""Returns the seconds in which a function must finish its work; negative once it is late."""

FUNCTION_SECONDS = 15 * 60
"""The longest timeout of a function."""
SECONDS_TO_FINISH = 60
"""Kept for the start, slow responses of S3, and the answer."""
MEASURED_THROUGHPUT = 10_000_000
"""Bytes per second, uncompressed, of the slower of the two functions on one core, for the slowest
kind of file: short rows, with gzip. `make bench` measures it."""
_LAMBDA_SHARE = 0.5
"""The speed of a function with a whole core, compared with that core."""
LARGEST_FILE = int(MEASURED_THROUGHPUT * _LAMBDA_SHARE * (FUNCTION_SECONDS - SECONDS_TO_FINISH))
"""In bytes, uncompressed: 4.2 GB."""


def seconds_left(context: "Context") -> SecondsLeft:
    """The time of this invocation, without `SECONDS_TO_FINISH`."""
    return lambda: context.get_remaining_time_in_millis() / 1000 - SECONDS_TO_FINISH


def check_size(size: int) -> None:
    """Raise `FileTooLarge` for more bytes than `LARGEST_FILE`."""
    if size > LARGEST_FILE:
        raise FileTooLarge(
            f"the file has more than {LARGEST_FILE / 1e9:.1f} GB (uncompressed), the most that can"
            " be checked in 15 minutes: split it into several files"
        )


def check_time(seconds_left: SecondsLeft, processed: str) -> None:
    """Raise `FileTooLarge` if the time has run out. `processed` says how much was done."""
    if seconds_left() < 0:
        raise FileTooLarge(
            f"the file could not be processed in time: {processed} were. Split it into several"
            " files"
        )
