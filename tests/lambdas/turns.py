"""Concurrent functions that run one at a time, in an order chosen by the test."""

import threading
from collections.abc import Callable, Sequence

SECONDS_TO_STEP = 60


class Killed(BaseException):
    """The function's process was killed."""


class Turns:
    """Runs actors in threads. Each waits for its turn when it calls `step`."""

    def __init__(self, choose: Callable[[Sequence[int]], int]) -> None:
        self._choose = choose
        self._own = threading.local()
        self._back = threading.Semaphore(0)
        self._go: list[threading.Semaphore] = []
        self._alive: list[int] = []
        self._failures: list[BaseException] = []

    def step(self, *_: object) -> None:
        """Yield to other actors; outside of an actor's thread, do nothing."""
        number: int | None = getattr(self._own, "number", None)
        if number is not None:
            self._back.release()
            self._go[number].acquire()

    def run(self, *actors: Callable[[], object]) -> None:
        """Run all actors to the end and raise the first error, if any."""
        self._alive = list(range(len(actors)))
        self._go = [threading.Semaphore(0) for _ in actors]
        threads = [
            threading.Thread(target=self._act, args=(number, actor), daemon=True)
            for number, actor in enumerate(actors)
        ]
        for thread in threads:
            thread.start()
        while self._alive:
            self._go[self._choose(self._alive)].release()
            assert self._back.acquire(timeout=SECONDS_TO_STEP), "a step takes too long"
        for thread in threads:
            thread.join()
        if self._failures:
            raise self._failures[0]

    def _act(self, number: int, actor: Callable[[], object]) -> None:
        self._own.number = number
        self._go[number].acquire()
        try:
            actor()
        except Killed:
            pass
        except BaseException as failure:  # noqa: BLE001 (raised in the test)
            self._failures.append(failure)
        finally:
            self._alive.remove(number)
            self._back.release()
