"""Processes of this machine."""

import subprocess


def descendants(ancestor: int) -> list[int]:
    """Return all descendants of a process."""
    listing = subprocess.run(
        ["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    parents: dict[int, int] = {}
    for line in listing.stdout.splitlines():
        process, parent = map(int, line.split())
        parents[process] = parent

    def descends(process: int) -> bool:
        parent = parents.get(process, 0)
        return parent == ancestor or (parent > 1 and descends(parent))

    return [process for process in parents if descends(process)]


def runs(process: int) -> bool:
    """Whether a process is running; a zombie is not."""
    command = ["ps", "-o", "stat=", "-p", str(process)]
    state = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return state != "" and not state.startswith("Z")
