"""A stage that answers by a script, for what no real one does when asked."""

import json
from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.http_stub import Answer, Stub, http_stub
from tests.signoff.reviews import ACCOUNT, STATES
from tests.signoff.terminal import Terminal


@dataclass(frozen=True)
class Scripted:
    """A terminal beside a laptop whose AWS answers as it was told."""

    stub: Stub
    terminal: Terminal

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What the stage was asked: method and path."""
        return [(method, path) for method, path, _ in self.stub.asked]


Scripts = Callable[..., Scripted]


def says(body: Any, status: int = 200) -> Answer:
    """An answer of the operator API."""
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


@pytest.fixture
def scripted(tmp_path: Path) -> Generator[Scripts]:
    """Make a laptop of dev and prod that gives these answers, one after the other."""
    with ExitStack() as running:

        def serve(*answers: Any, **terminal: Any) -> Scripted:
            given = (it if isinstance(it, Answer) else says(it) for it in answers)
            stub = running.enter_context(http_stub(*given))
            url = stub.url.rpartition("/")[0]
            outputs = {
                "operator_api_url": f"{url}/operator",
                "state_machine_arn": f"{STATES}:stateMachine:workflow",
                "review_machine_arn": f"{STATES}:stateMachine:review",
            }
            stage = {"account": ACCOUNT, "outputs": outputs}
            state = {"cloud_url": url, "stages": {"dev": stage, "prod": stage}}
            (tmp_path / ".local").mkdir()
            (tmp_path / ".local/state.json").write_text(json.dumps(state))
            return Scripted(stub, Terminal(folder=tmp_path, **terminal))

        yield serve
