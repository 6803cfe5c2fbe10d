"""How large a file may be, so that functions finish within their time limit.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from lambdas.datasets.errors import FileTooLarge

FUNCTION_SECONDS = 15 * 60
"""The longest timeout of a function."""
SECONDS_TO_FINISH = 60
"""Kept for the start, slow responses of S3, and the answer."""
_MEASURED = 12_000_000
"""Bytes per second of the slowest way through both functions, on one core: rows of 40 bytes of
which the flagged ones are left out, with gzip. `make bench` measures it."""
_LAMBDA_SHARE = 0.5
"""The speed of a function with a whole core, compared with that core."""
LARGEST_FILE = int(_MEASURED * _LAMBDA_SHARE * (FUNCTION_SECONDS - SECONDS_TO_FINISH))
"""In bytes, uncompressed: 5.04 GB."""


def check_size(size: int) -> None:
    """Raise `FileTooLarge` for more bytes than `LARGEST_FILE`."""
    if size > LARGEST_FILE:
        raise FileTooLarge(
            f"the file has more than {LARGEST_FILE / 1e9:.1f} GB (uncompressed), the most that can"
            " be checked in 15 minutes: split it into several files"
        )
