"""A burst of calls shares the environments that this machine can carry, and waits for them.

Lambda starts an environment for each call that finds none free, on as many machines as that takes;
ministack starts a process for each on this one, where a hundred interpreters that start at once
leave nobody the time to answer. Here a call takes what is free first: a warm environment, or the
turn to start one, of which there are as many as cores.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

# Ministack comes without types, and keeps what it is made of in private names.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import os
import threading
import time
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

STARTS_AT_ONCE = os.cpu_count() or 1
MOST_OF_A_FUNCTION = 16
SECONDS_BETWEEN_LOOKS = 1.0  # should nobody tell: a pool may be emptied by others

_spawn = lambda_runtime.Worker._spawn

_starting: set[Any] = set()
"""The environments that get ready now."""
_free: dict[str, threading.Condition] = {}
"""For each function, who waits for an environment of it. All share the lock of the pools."""


def _take(name: str, config: Any, code: bytes, qualifier: str = "$LATEST") -> tuple[Any, str]:
    """Wait for an environment, or for the turn to start one."""
    key = lambda_runtime._worker_key(name, config, qualifier)
    with lambda_runtime._lock:
        free = _free.setdefault(key, threading.Condition(lambda_runtime._lock))
        while not (worker := _find(key, name, config, code)):
            free.wait(SECONDS_BETWEEN_LOOKS)
        worker.in_use = True
        worker.last_used = time.time()
    return worker, "reused"


def _find(key: str, name: str, config: Any, code: bytes) -> Any:
    pool = lambda_runtime._workers.setdefault(key, [])
    idle = [worker for worker in pool if not worker.in_use]
    if warm := next((worker for worker in idle if _is_warm(worker)), None):
        return warm
    if len(_starting) >= STARTS_AT_ONCE or not (idle or len(pool) < MOST_OF_A_FUNCTION):
        return None
    if not idle:
        idle = [lambda_runtime._worker_class_for(config)(name, config, code)]
        pool += idle
    _starting.add(idle[0])
    return idle[0]


def _is_warm(worker: Any) -> bool:
    return worker._proc is not None and worker._proc.poll() is None


def _start(self: Any) -> None:
    try:
        _spawn(self)
    finally:
        _started(self)


def _give_back(worker: Any) -> None:
    """Let the next call have it, and all others look whether that concerns them."""
    if worker is not None:
        with lambda_runtime._lock:
            worker.in_use = False
    _started(worker)


def _started(worker: Any) -> None:
    with lambda_runtime._lock:
        _starting.discard(worker)
        for waiting in _free.values():
            waiting.notify()


def apply() -> None:
    """Let calls wait for environments."""
    lambda_svc.acquire_worker = _take
    lambda_svc.release_worker = _give_back
    lambda_runtime.Worker._spawn = _start
