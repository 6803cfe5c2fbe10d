"""Hears of executions that end while a person thinks: stopped, failed elsewhere, timed out.

https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.functions.python_function import PythonFunction
from components.settings.stage import Stage

ENDED_WITHOUT_AN_ANSWER = ("ABORTED", "FAILED", "TIMED_OUT")


@dataclass(frozen=True, kw_only=True)
class ExecutionEventsArgs:
    """Whose executions, and the function that hears of them."""

    stage: Stage
    state_machine_arn: pulumi.Input[str]
    listener: PythonFunction


class ExecutionEvents(pulumi.ComponentResource):
    """A rule of the account's default event bus, with the function as its target."""

    def __init__(
        self, name: str, args: ExecutionEventsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:ExecutionEvents", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        rule = aws.cloudwatch.EventRule(
            f"{name}-rule",
            description="Executions that ended without an answer to their review",
            event_pattern=pulumi.Output.json_dumps(
                {
                    "source": ["aws.states"],
                    "detail-type": ["Step Functions Execution Status Change"],
                    "detail": {
                        "stateMachineArn": [args.state_machine_arn],
                        "status": ENDED_WITHOUT_AN_ANSWER,
                    },
                }
            ),
            tags=args.stage.tags,
            opts=child,
        )
        permission = aws.lambda_.Permission(
            f"{name}-permission",
            function=args.listener.name,
            action="lambda:InvokeFunction",
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=child,
        )
        aws.cloudwatch.EventTarget(
            f"{name}-target",
            rule=rule.name,
            arn=args.listener.arn,
            input_path="$.detail",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
        self.register_outputs({"rule_arn": rule.arn})
