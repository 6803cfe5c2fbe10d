"""Stages beside which commands run: one that answers by a script, and one that is deployed."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from botocore.retries.standard import ExponentialBackoff

from signoff import polling
from signoff.api import client, operator
from tests.http_stub import Answer, Stub, http_stub
from tests.signoff.local_stacks import Desk
from tests.signoff.reviews import ACCOUNT, BUCKET, STATES
from tests.signoff.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.stages import Stages


@dataclass(frozen=True)
class Scripted:
    """A terminal beside a local stack whose AWS answers as it was told."""

    stub: Stub
    terminal: Terminal

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What the stage was asked: method and path."""
        return [(method, path) for method, path, _ in self.stub.asked]


KEY = "AKIALAPTOP"
"""Of the person at the local stack's keyboard."""
Scripts = Callable[..., Scripted]


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again, and try again, sooner than a person would."""
    monkeypatch.setattr(polling, "POLL_SECONDS", 0.2)
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", Mock(return_value=0))  # boto3's own
    for module in (client, operator):
        monkeypatch.setattr(module, "PAUSE_SECONDS", 0.05)


def says(body: Any, status: int = 200) -> Answer:
    """An answer of the operator API."""
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


@pytest.fixture
def desk(stages: Stages) -> Desk:
    """A terminal beside a stage of this group on which nothing waits."""
    desk = Desk.beside(stages.dev())
    desk.clear()
    return desk


@pytest.fixture
def scripted(tmp_path: Path) -> Generator[Scripts]:
    """Make a local stack of dev and prod that gives these answers, one after the other."""
    with ExitStack() as running:

        def serve(*answers: Any, **terminal: Any) -> Scripted:
            given = (it if isinstance(it, Answer) else says(it) for it in answers)
            stub = running.enter_context(http_stub(*given))
            url = stub.url.rpartition("/")[0]
            outputs = {
                "decision_api_url": url,
                "operator_api_url": f"{url}/operator",
                "operator_policy_arn": f"arn:aws:iam::{ACCOUNT}:policy/operators",
                "asker_policy_arn": f"arn:aws:iam::{ACCOUNT}:policy/askers",
                "state_machine_arn": f"{STATES}:stateMachine:workflow",
                "review_machine_arn": f"{STATES}:stateMachine:review",
                "answer_machine_arn": f"{STATES}:stateMachine:answer",
                "evidence_bucket_name": BUCKET,
            }
            keys = {"access_key_id": KEY, "secret_access_key": "secret"}
            stage = {"account": ACCOUNT, "user": keys, "outputs": outputs}
            state = {"cloud_url": url, "stages": {"dev": stage, "prod": stage}}
            (tmp_path / ".local").mkdir()
            (tmp_path / ".local/state.json").write_text(json.dumps(state))
            return Scripted(stub, Terminal(folder=tmp_path, **terminal))

        yield serve
