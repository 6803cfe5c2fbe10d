"""How often one person may ask."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

_MOST_PEOPLE = 1000


def _times() -> defaultdict[str, deque[float]]:
    return defaultdict(deque)


@dataclass(kw_only=True)
class Throttle:
    """At most so many times a minute each, as far as this process knows.

    Lambda runs several where several ask at once, and each counts for itself: so it slows down one
    person's script, and the throttle of the route is what bounds all together.
    """

    most: int
    clock: Callable[[], float]
    _times: defaultdict[str, deque[float]] = field(default_factory=_times, init=False)

    @property
    def people(self) -> int:
        """How many it remembers."""
        return len(self._times)

    def seconds_to_wait(self, person: str) -> int:
        """Count one more try; the answer is 0, or when the next one will be taken."""
        now = self.clock()
        if len(self._times) >= _MOST_PEOPLE:
            self._times.clear()
        times = self._times[person]
        while times and times[0] <= now - 60:
            times.popleft()
        if len(times) >= self.most:
            return int(times[0] + 60 - now) + 1
        times.append(now)
        return 0
