"""The command line on a local stack, as the local user and as IAM identities."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.local_stack import eventually
from tests.signoff.terminal import Terminal, with_pulumi

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.local_stack import DeployedStage
    from tests.signing import Caller
    from tests.signoff.terminal import Result

NO_CREDENTIALS = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
"""Environment variables that hide this machine's AWS credentials."""


@dataclass(frozen=True)
class Desk:
    """A stage, and a terminal in the folder of its local stack."""

    stage: DeployedStage
    terminal: Terminal

    @classmethod
    def beside(cls, stage: DeployedStage) -> Desk:
        return cls(stage, Terminal(folder=stage.log.parents[1]))

    def at_width(self, columns: int) -> Desk:
        return replace(self, terminal=replace(self.terminal, columns=columns))

    def run(self, *arguments: str, stdin: str = "") -> Result:
        """Run a command on the stage, with `--local`."""
        return self.terminal.run(*arguments, "--local", "--stage", self.stage.name, stdin=stdin)

    def approve(self, review_id: str, *more: str) -> Result:
        """Approve without a prompt."""
        return self.run("approve", review_id, "--yes", *more)

    @property
    def as_colleague(self) -> Desk:
        """The same stage at the colleague's terminal."""
        return replace(self, terminal=self.colleague)

    @cached_property
    def colleague(self) -> Terminal:
        """A terminal of another IAM user, lin."""
        folder = self.terminal.folder / "lin"
        state = folder / ".local/state.json"
        if not state.exists():
            everything = {"Action": "*", "Resource": "*"}
            lin = self.stage.people.user(everything, name="lin")
            content = json.loads((self.terminal.folder / ".local/state.json").read_text())
            content["stages"][self.stage.name]["user"] = {
                "access_key_id": lin.key,
                "secret_access_key": lin.secret,
            }
            state.parent.mkdir(parents=True)
            state.write_text(json.dumps(content))
        return replace(self.terminal, folder=folder)

    def ask(self, title: str, *more: str) -> str:
        """Request a review as the colleague; return its ID once the channel is notified."""
        here = ("--local", "--stage", self.stage.name)
        asked = self.colleague.run("ask", "--json", "--title", title, *more, *here)
        review_id = str(asked.json["review_id"])
        self.wait_for_notification(review_id)
        return review_id

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the operator API as the account's root, also while a command runs."""
        url = f"{self.stage.outputs['operator_api_url']}/reviews{path}"
        answer = self.stage.people.root().ask(method, url, body)
        answer.raise_for_status()
        return answer.json()

    @property
    def pending(self) -> dict[str, str]:
        """IDs of pending reviews by title."""
        reviews = self.call("GET", "?status=PENDING")["reviews"]
        return {it["title"]: it["review_id"] for it in reviews}

    def wait_for_review(self, title: str) -> str:
        """Wait for a pending review with this title; return its ID."""
        return eventually(lambda: self.pending.get(title), f"a pending review titled {title}")

    @contextmanager
    def deciding(self, title: str, verb: str, **body: Any) -> Generator[None]:
        """Decide the review with this title as the account's root once it is requested."""
        with ThreadPoolExecutor(1) as executor:
            done = executor.submit(
                lambda: self.call("POST", f"/{self.wait_for_review(title)}/{verb}", body)
            )
            yield
            done.result()

    def clear(self) -> None:
        """Cancel all pending reviews."""
        for review_id in self.pending.values():
            self.call("POST", f"/{review_id}/cancel", {})

    def wait_for_notification(self, review_id: str, event: str = "review.requested") -> None:
        """Wait until the audit log has the notification about an event."""

        def is_notified() -> bool:
            entries = self.call("GET", f"/{review_id}")["audit_entries"]
            whys: list[str] = [it["why"] for it in entries if it["event"] == "review.notified"]
            return any(why.startswith(event) for why in whys)

        eventually(is_notified, f"the notification about {review_id}: {event}")

    def on_aws(self, folder: Path, caller: Caller) -> Terminal:
        """A terminal with a caller's credentials, on which the stage is one on AWS."""
        env = {
            **with_pulumi(folder, {self.stage.name: dict(self.stage.outputs)}),
            **NO_CREDENTIALS,
            "AWS_ENDPOINT_URL": self.stage.cloud_url,
            "AWS_ACCESS_KEY_ID": caller.key,
            "AWS_SECRET_ACCESS_KEY": caller.secret,
            "NO_PROXY": "127.0.0.1",
        }
        env |= {"AWS_SESSION_TOKEN": caller.token} if caller.token else {}
        return Terminal(folder=folder, env=env)
