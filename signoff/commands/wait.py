"""`signoff wait`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from signoff.options import ReviewId, as_json, stage_options

if TYPE_CHECKING:
    from signoff.stage import Stage

_EXECUTION = re.compile(r"arn:[a-z-]+:states:[a-z0-9-]+:[0-9]{12}:execution:[^:\s]+:[^:\s]+")
_OF_A_FILE = re.compile(r".*:[0-9a-f]{64}")


class _ReviewOrExecution(ReviewId):
    """The ID of a review, or the ARN of an execution."""

    name = "target"

    def convert(self, value: str, param: Any, ctx: Any) -> str:
        """Validate either."""
        if not value.startswith("arn:"):
            return super().convert(value, param, ctx)
        if not _EXECUTION.fullmatch(value):
            self.fail("not the ARN of an execution", param, ctx)
        return value


@click.command("wait", short_help="Wait for your review or execution to end.")
@stage_options
@click.argument("target", type=_ReviewOrExecution(), metavar="ID|EXECUTION_ARN")
@as_json
def command(*, stage: Stage, target: str, as_json: bool) -> None:
    """Wait for a review that you requested, or for an execution of the workflow.

    Exits 0 only if the review was approved, or the execution succeeded.
    """
    if target.startswith("arn:"):
        from signoff.executions import Executions
        from signoff.workflow import wait_for_execution

        # An upload starts its execution seconds later.
        started = bool(_OF_A_FILE.fullmatch(target))
        result = {"execution_arn": target}
        wait_for_execution(stage, Executions(stage), result, started=started, as_json=as_json)
        return
    from signoff.api import AskerApi
    from signoff.asking.wait import wait_for_decision

    wait_for_decision(stage, AskerApi(stage), target, as_json=as_json)
