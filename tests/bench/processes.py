"""What the processes below this one take, looked at while something else goes on."""

import os
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

SECONDS_BETWEEN_LOOKS = 2.0
ENVIRONMENT = "_worker.py"
"""What a process runs that is a function's environment."""


@dataclass
class Most:
    """The most that was seen at one moment. What processes share counts for each of them."""

    megabytes: int = 0
    environments: int = 0


@contextmanager
def watched() -> Generator[Most]:
    """Watch until the block ends."""
    most, over = Most(), threading.Event()

    def watch() -> None:
        while not over.wait(SECONDS_BETWEEN_LOOKS):
            below = _below(os.getpid())
            most.megabytes = max(most.megabytes, sum(kilobytes for kilobytes, _ in below) // 1024)
            running = sum(ENVIRONMENT in command for _, command in below)
            most.environments = max(most.environments, running)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


def _below(ancestor: int) -> list[tuple[int, str]]:
    """Kilobytes and command of each process that this one started, or one of those did."""
    listed = subprocess.run(
        ["ps", "-axo", "pid=,ppid=,rss=,command="], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    children: dict[int, list[tuple[int, int, str]]] = {}
    for line in listed.splitlines():
        pid, parent, kilobytes, command = line.split(None, 3)
        children.setdefault(int(parent), []).append((int(pid), int(kilobytes), command))
    found, parents = list[tuple[int, str]](), [ancestor]
    while parents:
        for pid, kilobytes, command in children.get(parents.pop(), ()):
            found.append((kilobytes, command))
            parents.append(pid)
    return found
