"""How large a file may be, so that functions finish within their time limit.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from lambdas.datasets.errors import FileTooLarge

FUNCTION_SECONDS = 15 * 60
"""The longest timeout of a function."""
SECONDS_TO_FINISH = 60
"""Kept for the start, slow responses of S3, and the answer."""
MEASURED = 10_000_000
"""Bytes per second, uncompressed, of the slower function on one core: short rows, with gzip.
`make bench` measures it."""
_LAMBDA_SHARE = 0.5
"""The speed of a function with a whole core, compared with that core."""
LARGEST_FILE = int(MEASURED * _LAMBDA_SHARE * (FUNCTION_SECONDS - SECONDS_TO_FINISH))
"""In bytes, uncompressed: 4.2 GB."""


def check_size(size: int) -> None:
    """Raise `FileTooLarge` for more bytes than `LARGEST_FILE`."""
    if size > LARGEST_FILE:
        raise FileTooLarge(
            f"the file has more than {LARGEST_FILE / 1e9:.1f} GB (uncompressed), the most that can"
            " be checked in 15 minutes: split it into several files"
        )
