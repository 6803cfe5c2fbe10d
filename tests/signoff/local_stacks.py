"""The command line beside a local stack, as its owner and as people with AWS identities."""

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

NOBODY = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
"""An environment without credentials of AWS."""


@dataclass(frozen=True)
class Desk:
    """A stage, and a terminal in the folder in which its local stack runs."""

    stage: DeployedStage
    terminal: Terminal

    @classmethod
    def beside(cls, stage: DeployedStage) -> Desk:
        return cls(stage, Terminal(folder=stage.log.parents[1]))

    def wide(self, columns: int) -> Desk:
        return replace(self, terminal=replace(self.terminal, columns=columns))

    def run(self, *arguments: str, given: str = "") -> Result:
        """Run a command on the stage, on the local stack."""
        return self.terminal.run(*arguments, "--local", "--stage", self.stage.name, given=given)

    def approve(self, review_id: str, *more: str) -> Result:
        """Approve without a prompt."""
        return self.run("approve", review_id, "--yes", *more)

    @property
    def beside_colleague(self) -> Desk:
        """The same stage, at the terminal of `colleague`."""
        return replace(self, terminal=self.colleague)

    @cached_property
    def colleague(self) -> Terminal:
        """A terminal of somebody else, as whom IAM knows them there: lin."""
        folder = self.terminal.folder / "lin"
        state = folder / ".local/state.json"
        if not state.exists():
            everything = {"Action": "*", "Resource": "*"}
            lin = self.stage.people.user(everything, name="lin")
            said = json.loads((self.terminal.folder / ".local/state.json").read_text())
            said["stages"][self.stage.name]["user"] = {
                "access_key_id": lin.key,
                "secret_access_key": lin.secret,
            }
            state.parent.mkdir(parents=True)
            state.write_text(json.dumps(said))
        return replace(self.terminal, folder=folder)

    def ask(self, title: str, *more: str) -> str:
        """Have a colleague ask, and give the id of the review, once the channel was told."""
        here = ("--local", "--stage", self.stage.name)
        asked = self.colleague.run("ask", "--json", "--title", title, *more, *here)
        review_id = str(asked.json["review_id"])
        self.notified(review_id)
        return review_id

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the operator API as the account's owner, from beside a command that runs."""
        url = f"{self.stage.outputs['operator_api_url']}/reviews{path}"
        answer = self.stage.people.root().ask(method, url, body)
        answer.raise_for_status()
        return answer.json()

    @property
    def pending(self) -> dict[str, str]:
        """The ids of the reviews that wait, by their titles."""
        reviews = self.call("GET", "?status=PENDING")["reviews"]
        return {it["title"]: it["review_id"] for it in reviews}

    def waiting(self, title: str) -> str:
        """Wait for the review with this title and give its id."""
        return eventually(lambda: self.pending.get(title), f"a review that asks {title}")

    @contextmanager
    def answering(self, title: str, verb: str, **body: Any) -> Generator[None]:
        """Have somebody else answer the review with this title once a command has asked."""
        with ThreadPoolExecutor(1) as others:
            done = others.submit(lambda: self.call("POST", f"/{self.waiting(title)}/{verb}", body))
            yield
            done.result()

    def clear(self) -> None:
        """Call off whatever waits."""
        for review_id in self.pending.values():
            self.call("POST", f"/{review_id}/cancel", {})

    def notified(self, review_id: str, of: str = "review.requested") -> None:
        """Wait until the record says that the channel was told."""

        def told() -> bool:
            record = self.call("GET", f"/{review_id}")["audit_entries"]
            told: list[str] = [it["why"] for it in record if it["event"] == "review.notified"]
            return any(why.startswith(of) for why in told)

        eventually(told, f"the message about {review_id}: {of}")

    def on_aws(self, folder: Path, caller: Caller) -> Terminal:
        """Give a terminal to which the stage is one on AWS, with somebody's credentials."""
        env = {
            **with_pulumi(folder, {self.stage.name: dict(self.stage.outputs)}),
            **NOBODY,
            "AWS_ENDPOINT_URL": self.stage.cloud_url,
            "AWS_ACCESS_KEY_ID": caller.key,
            "AWS_SECRET_ACCESS_KEY": caller.secret,
            "NO_PROXY": "127.0.0.1",
        }
        env |= {"AWS_SESSION_TOKEN": caller.token} if caller.token else {}
        return Terminal(folder=folder, env=env)
