"""Stages for commands: one with scripted responses, and a deployed one."""

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
    """A terminal on a local stack with scripted responses from AWS."""

    stub: Stub
    terminal: Terminal

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Requests to the stage: method and path."""
        return [(method, path) for method, path, _ in self.stub.asked]


KEY = "AKIALOCAL"
"""Access key ID of the local user."""
Scripts = Callable[..., Scripted]


@pytest.fixture(autouse=True)
def fast_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Poll and retry without long pauses."""
    monkeypatch.setattr(polling, "POLL_SECONDS", 0.2)
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", Mock(return_value=0))  # boto3's own
    for module in (client, operator):
        monkeypatch.setattr(module, "PAUSE_SECONDS", 0.05)


def json_response(body: Any, status: int = 200) -> Answer:
    """A JSON response."""
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


@pytest.fixture
def desk(stages: Stages) -> Desk:
    """A terminal on a stage of this group, without pending reviews."""
    desk = Desk.beside(stages.dev())
    desk.clear()
    return desk


@pytest.fixture
def scripted(tmp_path: Path) -> Generator[Scripts]:
    """Create a local stack of dev and prod that returns these responses in order."""
    with ExitStack() as running:

        def serve(*responses: Any, **terminal: Any) -> Scripted:
            script = (it if isinstance(it, Answer) else json_response(it) for it in responses)
            stub = running.enter_context(http_stub(*script))
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
