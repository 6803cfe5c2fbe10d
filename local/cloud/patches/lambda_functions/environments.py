"""Limited Lambda environments, for which calls queue.

Lambda starts an environment for each call that finds none idle. Ministack starts a process for each
on this machine, and a hundred interpreters starting at once starve the others. Here, calls of a
function queue for an idle environment or permission to start one. As many environments start at
once as there are cores.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import os
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

STARTS_AT_ONCE = os.cpu_count() or 1
MAX_PER_FUNCTION = 8  # they all share this process, which is single-threaded

_spawn = lambda_runtime.Worker._spawn
_invoke = lambda_runtime.Worker.invoke


@dataclass(frozen=True)
class _Call:
    """A call waiting for an environment."""

    function: tuple[str, Any, bytes]
    environments: list[Any] = field(default_factory=list[Any])
    assigned: threading.Event = field(default_factory=threading.Event)


_waiting: defaultdict[str, deque[_Call]] = defaultdict(deque)
"""Waiting calls by function, in order."""
_starting: set[Any] = set()
"""Starting environments. Ministack's pool lock protects all of this state."""


def _acquire(name: str, config: Any, code: bytes, qualifier: str = "$LATEST") -> tuple[Any, str]:
    """Wait for an idle environment or permission to start one."""
    call = _Call((name, config, code))
    with lambda_runtime._lock:
        _waiting[lambda_runtime._worker_key(name, config, qualifier)].append(call)
        _assign_idle()
    call.assigned.wait()
    return call.environments[0], "reused"


def _assign_idle() -> None:
    """Assign environments to waiting calls; functions with the fewest environments start first."""
    for key, calls in list(_waiting.items()):
        for warm in filter(_is_warm, _idle(key)):
            if calls:
                _assign(warm, calls.popleft())
        if not calls:
            del _waiting[key]
    while len(_starting) < STARTS_AT_ONCE and (able := list(filter(_may_start, _waiting))):
        key = min(able, key=lambda it: len(lambda_runtime._workers[it]))
        call = _waiting[key].popleft()
        cold = next(iter(_idle(key)), None)
        if cold is None:
            cold = lambda_runtime._worker_class_for(call.function[1])(*call.function)
            lambda_runtime._workers[key].append(cold)
        _starting.add(cold)
        _assign(cold, call)


def _idle(key: str) -> list[Any]:
    return [it for it in lambda_runtime._workers.setdefault(key, []) if not it.in_use]


def _may_start(key: str) -> bool:
    has_room = len(lambda_runtime._workers[key]) < MAX_PER_FUNCTION
    return bool(_waiting[key]) and (has_room or bool(_idle(key)))


def _is_warm(environment: Any) -> bool:
    return environment._proc is not None and environment._proc.poll() is None


def _assign(environment: Any, call: _Call) -> None:
    environment.in_use = True
    environment.last_used = time.time()
    call.environments.append(environment)
    call.assigned.set()


def _start(self: Any) -> None:
    try:
        _spawn(self)
    finally:
        _started(self)


def _started(environment: Any) -> None:
    with lambda_runtime._lock:
        _starting.discard(environment)
        _assign_idle()


def _release(environment: Any) -> None:
    if environment is not None:
        with lambda_runtime._lock:
            environment.in_use = False
    _started(environment)


def _invoke_alone(self: Any, *call: Any, **named: Any) -> dict[str, Any]:
    """Fail only this call if its environment cannot start.

    Ministack kills all environments of the function, including busy ones.
    """
    try:
        return _invoke(self, *call, **named)
    except Exception as error:  # noqa: BLE001 - errors of the function's code
        lambda_runtime.kill_workers([self])
        return {"status": "error", "error": str(error)}


def apply() -> None:
    """Replace ministack's pool of environments."""
    lambda_svc.acquire_worker = _acquire
    lambda_svc.release_worker = _release
    lambda_runtime.Worker._spawn = _start
    lambda_runtime.Worker.invoke = _invoke_alone
