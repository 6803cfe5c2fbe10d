"""Resource usage of child processes, sampled while other code runs."""

import os
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

SECONDS_BETWEEN_LOOKS = 2.0
ENVIRONMENT = "_worker.py"
"""Command of a process that is a function's environment."""


@dataclass
class Peak:
    """Peak usage. Memory that processes share is counted for each of them."""

    megabytes: int = 0
    environments: int = 0


@contextmanager
def sampled_usage() -> Generator[Peak]:
    """Sample until the block ends."""
    peak, over = Peak(), threading.Event()

    def watch() -> None:
        while not over.wait(SECONDS_BETWEEN_LOOKS):
            below = _descendants(os.getpid())
            peak.megabytes = max(peak.megabytes, sum(kilobytes for kilobytes, _ in below) // 1024)
            running = sum(ENVIRONMENT in command for _, command in below)
            peak.environments = max(peak.environments, running)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def _descendants(ancestor: int) -> list[tuple[int, str]]:
    """Return kilobytes and command of each descendant of this process."""
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
