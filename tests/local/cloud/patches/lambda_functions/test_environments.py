"""A burst of calls shares a few environments, which are isolated from each other."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from tests.local_stack import eventually

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from tests.local.cloud.patches.functions import Deployer, Function

MANY = 40
MOST_OF_A_FUNCTION = 8
SECONDS = 60
WHICH = "return os.getpid()"
LONG = """
    import time
    while event == "long" and not os.path.exists(os.environ["CALLS"] + ".end"):
        time.sleep(0.01)
    return os.getpid()
"""
BREAKS = """
if os.path.exists(os.environ["CALLS"] + ".broken"):
    raise RuntimeError("broken")
"""


class Caller:
    """Calls a function from many threads, and ends its long calls."""

    def __init__(self, deploy: Deployer, ending: str) -> None:
        self.function: Function = deploy.function(ending)
        self._functions = deploy.aws.functions
        self._functions.update_function_configuration(
            FunctionName=self.function.name, Timeout=SECONDS
        )

    def call(self, event: str = "short") -> Any:
        """Return the result, a process ID, or the error message."""
        answer = self._functions.invoke(
            FunctionName=self.function.name, Payload=json.dumps(event).encode()
        )
        result = json.loads(answer["Payload"].read())
        return result["errorMessage"] if "FunctionError" in answer else result

    def calls(
        self, pool: ThreadPoolExecutor, many: int, event: str = "short"
    ) -> Sequence[Future[Any]]:
        return [pool.submit(self.call, event) for _ in range(many)]

    def wait_for_calls(self, many: int) -> None:
        eventually(lambda: len(self.function.events()) == many, f"call {many}")

    def note(self, word: str) -> None:
        calls: Path = self.function.calls
        calls.with_name(f"{calls.name}.{word}").touch()


def test_a_burst_of_calls_shares_a_few_environments(deploy: Deployer) -> None:
    short = Caller(deploy, WHICH)
    with ThreadPoolExecutor(MANY) as pool:
        processes = [answer.result() for answer in short.calls(pool, MANY)]
    assert len(processes) == MANY
    assert all(isinstance(process, int) for process in processes)
    assert len(set(processes)) <= MOST_OF_A_FUNCTION


def test_long_calls_of_one_function_do_not_block_other_functions(deploy: Deployer) -> None:
    long, short = Caller(deploy, LONG), Caller(deploy, WHICH)
    with ThreadPoolExecutor(2 * MOST_OF_A_FUNCTION) as pool:
        answers = long.calls(pool, 2 * MOST_OF_A_FUNCTION, "long")
        long.wait_for_calls(MOST_OF_A_FUNCTION)
        assert isinstance(short.call(), int)
        assert len(long.function.events()) == MOST_OF_A_FUNCTION
        long.note("end")
        assert len({answer.result() for answer in answers}) == MOST_OF_A_FUNCTION


def test_a_crashed_environment_is_restarted(deploy: Deployer) -> None:
    mortal = Caller(deploy, "return os._exit(1) if event == 'die' else os.getpid()")
    first = mortal.call()
    assert "died" in mortal.call("die")
    second = mortal.call()
    assert isinstance(second, int)
    assert second != first


def test_environments_that_cannot_start_do_not_block_other_functions(deploy: Deployer) -> None:
    broken, sound = Caller(deploy, f"return 1\n{BREAKS}"), Caller(deploy, WHICH)
    broken.note("broken")
    with ThreadPoolExecutor(MANY) as pool:
        failures = broken.calls(pool, MANY // 2)
        answers = sound.calls(pool, MANY // 2)
        assert {"broken" in failure.result() for failure in failures} == {True}
        assert all(isinstance(answer.result(), int) for answer in answers)


def test_an_environment_that_cannot_start_does_not_end_a_running_call(deploy: Deployer) -> None:
    half = Caller(deploy, f"{LONG.strip()}\n{BREAKS}")
    with ThreadPoolExecutor(1) as pool:
        (long,) = half.calls(pool, 1, "long")
        half.wait_for_calls(1)
        half.note("broken")
        assert "broken" in half.call()
        half.note("end")
        assert isinstance(long.result(), int)
