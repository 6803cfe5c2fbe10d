"""Numbers in findings."""


def count(number: int, thing: str) -> str:
    """A count with a regular noun: `1 alarm`, `2 alarms`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def duration(seconds: int) -> str:
    """A duration, rounded: `4 minutes`, `2 hours`."""
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return count(seconds, "second")
