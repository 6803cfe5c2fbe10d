"""Rate limit per person."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

_MAX_PEOPLE = 1000


def _times() -> defaultdict[str, deque[float]]:
    return defaultdict(deque)


@dataclass(kw_only=True)
class Throttle:
    """At most `limit` commands a minute for each person, counted in this process only.

    Lambda may run several processes, so this slows down one person's script. The throttling of the
    API's route bounds the total.
    """

    limit: int
    clock: Callable[[], float]
    _times: defaultdict[str, deque[float]] = field(default_factory=_times, init=False)

    @property
    def people(self) -> int:
        """Number of people being counted."""
        return len(self._times)

    def seconds_to_wait(self, person: str) -> int:
        """Count one command. Return 0, or the seconds until the next one is allowed."""
        now = self.clock()
        if len(self._times) >= _MAX_PEOPLE:
            self._times.clear()
        times = self._times[person]
        while times and times[0] <= now - 60:
            times.popleft()
        if len(times) >= self.limit:
            return int(times[0] + 60 - now) + 1
        times.append(now)
        return 0
