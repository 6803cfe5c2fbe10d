"""Numbers in findings."""

from lambdas.domain.review.words import counted


def duration(seconds: int) -> str:
    """A duration, rounded: `4 minutes`, `2 hours`."""
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return counted(seconds, "second")
