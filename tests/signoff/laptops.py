"""The command line beside a laptop, as its owner and as people with AWS identities."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.laptop import eventually
from tests.signing import People
from tests.signoff.terminal import Terminal, with_pulumi

if TYPE_CHECKING:
    from pathlib import Path

    from tests.laptop import DeployedStage
    from tests.signing import Caller
    from tests.signoff.terminal import Result


@dataclass(frozen=True)
class Desk:
    """A stage, and a terminal in the folder in which its laptop runs."""

    stage: DeployedStage
    terminal: Terminal

    @classmethod
    def beside(cls, stage: DeployedStage) -> Desk:
        return cls(stage, Terminal(folder=stage.log.parents[1]))

    @property
    def people(self) -> People:
        return People(self.stage.cloud_url, self.stage.account, self.stage.region)

    def wide(self, columns: int) -> Desk:
        return replace(self, terminal=replace(self.terminal, columns=columns))

    def run(self, *arguments: str, given: str = "") -> Result:
        """Run a command on the stage, on the laptop."""
        return self.terminal.run(*arguments, "--local", "--stage", self.stage.name, given=given)

    def ask(self, title: str, *more: str) -> str:
        """Ask a question and give the id of its review, once the channel was told."""
        review_id = str(self.run("ask", "--json", "--title", title, *more).json["review_id"])
        self.notified(review_id)
        return review_id

    def waiting(self, title: str) -> str:
        """Wait for the review with this title and give its id."""

        def found() -> str | None:
            reviews = self.run("list", "--json").json["reviews"]
            return next((it["review_id"] for it in reviews if it["title"] == title), None)

        return eventually(found, f"a review that asks {title}")

    def notified(self, review_id: str, of: str = "review.requested") -> None:
        """Wait until the record says that the channel was told."""

        def told() -> bool:
            record: list[dict[str, Any]] = self.run("show", review_id, "--json").json["record"]
            told = [it["why"] for it in record if it["event"] == "review.notified"]
            return any(why.startswith(of) for why in told)

        eventually(told, f"the message about {review_id}: {of}")

    def on_aws(self, folder: Path, caller: Caller | None) -> Terminal:
        """Give a terminal to which the stage is one on AWS, with somebody's credentials."""
        env = {
            **with_pulumi(folder, {self.stage.name: dict(self.stage.outputs)}),
            "AWS_ENDPOINT_URL": self.stage.cloud_url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "NO_PROXY": "127.0.0.1",
        }
        if caller:
            env |= {"AWS_ACCESS_KEY_ID": caller.key, "AWS_SECRET_ACCESS_KEY": caller.secret}
            env |= {"AWS_SESSION_TOKEN": caller.token} if caller.token else {}
        return Terminal(folder=folder, env=env)
