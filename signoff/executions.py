"""Executions of a stage's two machines: the dataset workflow, and the one that only asks."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from signoff.aws import aws_errors
from signoff.text import line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signoff.stage import Stage

RUNNING = "RUNNING"


@dataclass(frozen=True, kw_only=True)
class State:
    """How an execution stands."""

    status: str
    output: Mapping[str, Any]
    error: str
    cause: str
    """Why it failed, in words: of a function's error, the function's own."""

    @property
    def has_ended(self) -> bool:
        """Whether it is over."""
        return self.status != RUNNING

    @property
    def decision(self) -> str:
        """What the answer says; empty where there is none."""
        return str(self.output.get("decision", ""))


class Executions:
    """Starts executions and sees how they stand, as whoever runs the command."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._client = stage.client("stepfunctions")

    def start(self, machine_arn: str, name: str, given: Mapping[str, Any]) -> str:
        """Start an execution and give its ARN.

        By its name a start whose answer is lost, and which is tried again, is the same one.
        """
        with aws_errors(self._stage):
            answer = self._client.start_execution(
                stateMachineArn=machine_arn, name=name, input=json.dumps(given)
            )
        return str(answer["executionArn"])

    def state(self, arn: str) -> State:
        """See how it stands."""
        with aws_errors(self._stage):
            seen = self._client.describe_execution(executionArn=arn)
        return State(
            status=seen["status"],
            output=_object(seen.get("output", "")),
            error=line(seen.get("error", "")),
            cause=_in_words(seen.get("cause", "")),
        )


def new_name(word: str) -> str:
    """Make a name that no other execution has."""
    return f"{word}-{secrets.token_hex(8)}"


def _in_words(cause: str) -> str:
    """Give the message in a function's error, which is JSON, or the cause as it is."""
    return line(_object(cause).get("errorMessage", cause))


def _object(text: str) -> Mapping[str, Any]:
    """Give the JSON object that the text is; an empty one where it is none."""
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return cast("dict[str, Any]", said) if isinstance(said, dict) else {}
