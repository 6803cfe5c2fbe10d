"""The workflow around the gate, deployed: its role, its logs, its machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.python_function import PythonFunction
from components.review_gate import ReviewGate
from components.settings.stage import Stage
from components.workflow.definition import definition, longest_execution
from components.workflow.evidence_bucket import EvidenceBucket

TIME_TO_DELETE = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class StateMachineArgs:
    """The parts that the workflow calls, and when it asks for a review."""

    stage: Stage
    generate_dataset: PythonFunction
    bucket: EvidenceBucket
    gate: ReviewGate
    threshold: float
    review_timeout: timedelta


class StateMachine(pulumi.ComponentResource):
    """A standard state machine that hosts the gate."""

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
            description="What the workflow may do",
            assume_role_policy=policy.render(
                "trust_state_machine", account=policy.account_of(log_group.arn)
            ),
            tags=tags,
            opts=child,
        )
        own = aws.iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=policy.render(
                "state_machine",
                generate_dataset_arn=args.generate_dataset.arn,
                bucket_arn=args.bucket.arn,
            ),
            opts=child,
        )
        asking = args.gate.allow_host(role)

        def assembled(known: Mapping[str, Any]) -> dict[str, Any]:
            return definition(**known, threshold=args.threshold, review_timeout=args.review_timeout)

        deleted = longest_execution(args.review_timeout) + TIME_TO_DELETE
        machine = aws.sfn.StateMachine(
            f"{name}-machine",
            type="STANDARD",
            role_arn=role.arn,
            definition=pulumi.Output.json_dumps(
                pulumi.Output.all(
                    generate_function=args.generate_dataset.arn,
                    bucket=args.bucket.name,
                    gate_states=args.gate.states(
                        approved="PublishDataset", threshold=args.threshold
                    ),
                ).apply(assembled)
            ),
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
                depends_on=[own, asking],
                # It is gone when its last execution has ended: stopped, or in the end by itself.
                custom_timeouts=pulumi.CustomTimeouts(delete=f"{int(deleted.total_seconds())}s"),
            ),
        )
        args.gate.connect_to(machine.arn)
        self.arn = machine.arn
        self.register_outputs({"arn": self.arn})
