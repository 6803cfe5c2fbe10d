"""How findings put numbers."""


def some(number: int, thing: str) -> str:
    """So many of a thing whose plural has an s."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def long(seconds: int) -> str:
    """A time that is long enough to be told roughly."""
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return some(seconds, "second")
