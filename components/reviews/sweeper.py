"""Process due reviews every minute: their end, a reminder, or an interrupted end."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.python_function import (
    WHOLE_CORE_MB,
    PythonFunction,
    PythonFunctionArgs,
)
from components.reviews.store import ReviewAccess
from components.settings.stage import Stage
from components.settings.time_rules import TimeRules


@dataclass(frozen=True, kw_only=True)
class SweeperArgs:
    """The reviews, and the rules for deadlines and reminders."""

    stage: Stage
    reviews: ReviewAccess
    times: TimeRules


class Sweeper(pulumi.ComponentResource):
    """A function, and the schedule that invokes it."""

    function: PythonFunction
    schedule_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: SweeperArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:Sweeper", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.function = PythonFunction(
            name,
            PythonFunctionArgs(
                stage=args.stage,
                function="sweep_reviews",
                description="Ends reviews at their deadline, sends reminders and escalations",
                timeout_seconds=60,
                # Many reviews may be due at once, with waiting callers.
                memory_mb=WHOLE_CORE_MB,
                environment={
                    **args.reviews.environment,
                    **args.times.environment,
                    "ON_TIMEOUT": args.times.on_timeout,
                },
                grants={**args.reviews.grants, **args.reviews.store.notes_grants},
            ),
            child,
        )
        role = aws.iam.Role(
            f"{name}-schedule",
            description="Permissions of the schedule",
            assume_role_policy=policy.render(
                "trust_scheduler", account=policy.account_of(self.function.arn)
            ),
            tags=args.stage.tags,
            opts=child,
        )
        calling = aws.iam.RolePolicy(
            f"{name}-schedule-policy",
            role=role.name,
            policy=policy.render("schedule", function_arn=self.function.arn),
            opts=child,
        )
        # Neither the scheduler nor Lambda retries: the next run is a minute later.
        aws.lambda_.FunctionEventInvokeConfig(
            f"{name}-retries",
            function_name=self.function.name,
            maximum_retry_attempts=0,
            maximum_event_age_in_seconds=60,
            opts=child,
        )
        schedule = aws.scheduler.Schedule(
            f"{name}-schedule",
            schedule_expression="rate(1 minute)",
            flexible_time_window={"mode": "OFF"},
            target={
                "arn": self.function.arn,
                "role_arn": role.arn,
                "retry_policy": {"maximum_retry_attempts": 0},
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[calling]),
        )
        self.schedule_name = schedule.name
        self.register_outputs({"function_name": self.function.name})
