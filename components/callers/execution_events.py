"""Detect executions that end: without a review, before the decision on it, or after it.

https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
https://docs.aws.amazon.com/lambda/latest/dg/durable-monitoring.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.functions.event_rules import invoke_for_events
from components.functions.python_function import PythonFunction
from components.settings.stage import Stage

ENDED_WITHOUT_AN_ANSWER = ("ABORTED", "FAILED", "TIMED_OUT")
"""Statuses for machines that only ask: their success is the answer, not a result."""
ENDED = (*ENDED_WITHOUT_AN_ANSWER, "SUCCEEDED")
ENDED_FUNCTIONS = ("STOPPED", "FAILED", "TIMED_OUT", "SUCCEEDED")


@dataclass(frozen=True, kw_only=True)
class ExecutionEventsArgs:
    """The state machine, and the function to invoke."""

    stage: Stage
    state_machine_arn: pulumi.Input[str]
    statuses: Sequence[str]
    listener: PythonFunction

    @property
    def pattern(self) -> Mapping[str, Any]:
        """The pattern of matching events."""
        return {
            "source": ["aws.states"],
            "detail-type": ["Step Functions Execution Status Change"],
            "detail": {
                "stateMachineArn": [self.state_machine_arn],
                "status": self.statuses,
            },
        }


@dataclass(frozen=True, kw_only=True)
class DurableExecutionEventsArgs:
    """The durable function, in all its versions, and the function to invoke."""

    stage: Stage
    function_arn: pulumi.Output[str]
    listener: PythonFunction

    @property
    def pattern(self) -> Mapping[str, Any]:
        """The pattern of matching events."""
        return {
            "source": ["aws.lambda"],
            "detail-type": ["Durable Execution Status Change"],
            "detail": {
                "durableExecutionArn": [{"prefix": pulumi.Output.concat(self.function_arn, ":")}],
                "status": ENDED_FUNCTIONS,
            },
        }


class ExecutionEvents(pulumi.ComponentResource):
    """A rule of the account's default event bus, with the function as its target."""

    def __init__(
        self,
        name: str,
        args: ExecutionEventsArgs | DurableExecutionEventsArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("signoff:index:ExecutionEvents", name, None, opts)
        invoke_for_events(
            name,
            args.pattern,
            args.listener,
            description="Executions that ended without, before or after a decision",
            stage=args.stage,
            parent=self,
        )
        self.register_outputs({})
