"""A state machine that hosts the gate, with its own role and logs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.settings.stage import Stage

TIME_TO_DELETE = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class StateMachineArgs:
    """`policy` names the role's document in `policies/`, `grants` fill its placeholders.

    `allow` lets the role call the gate, before the machine is created.
    """

    stage: Stage
    description: str
    """The role's description."""
    policy: str
    grants: Mapping[str, pulumi.Input[str] | pulumi.Output[list[str]]] = field(
        default_factory=dict[str, "pulumi.Input[str] | pulumi.Output[list[str]]"]
    )
    allow: Callable[[aws.iam.Role], pulumi.Resource]
    definition: pulumi.Input[dict[str, Any]]
    longest_execution: timedelta


class StateMachine(pulumi.ComponentResource):
    """A standard state machine that logs everything but task tokens, and traces."""

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: StateMachineArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:StateMachine", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = args.stage.tags
        log_group = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            # Log delivery writes one shared resource policy, except under this prefix.
            name_prefix=f"/aws/vendedlogs/states/{name}-",
            retention_in_days=args.stage.log_retention_days,
            tags=tags,
            opts=child,
        )
        role = aws.iam.Role(
            f"{name}-role",
            description=args.description,
            assume_role_policy=policy.render(
                "trust_state_machine", account=policy.account_of(log_group.arn)
            ),
            tags=tags,
            opts=child,
        )
        own = aws.iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=policy.render(args.policy, **dict(args.grants)),
            opts=child,
        )
        deleted = args.longest_execution + TIME_TO_DELETE
        machine = aws.sfn.StateMachine(
            f"{name}-machine",
            type="STANDARD",
            role_arn=role.arn,
            definition=pulumi.Output.json_dumps(args.definition),
            logging_configuration={
                "level": "ALL",
                # Task tokens are execution data.
                "include_execution_data": False,
                "log_destination": pulumi.Output.concat(log_group.arn, ":*"),
            },
            tracing_configuration={"enabled": True},
            tags=tags,
            opts=pulumi.ResourceOptions(
                parent=self,
                # Step Functions checks the permission to log when the machine is created.
                depends_on=[own, args.allow(role)],
                # Deletion completes when the last execution has stopped or timed out.
                custom_timeouts=pulumi.CustomTimeouts(delete=f"{int(deleted.total_seconds())}s"),
            ),
        )
        self.arn = machine.arn
        self.register_outputs({"arn": self.arn})
