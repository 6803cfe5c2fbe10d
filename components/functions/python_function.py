"""One hardened Lambda function: its own role, its own log group, only the code that it imports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.archive import archive_of
from components.settings.stage import Stage

WHOLE_CORE_MB = 1769
"""The memory at which a function has a whole core: for those that somebody waits for. Slack does
for 3 s, a cold start included.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""


@dataclass(frozen=True, kw_only=True)
class PythonFunctionArgs:
    """`function` names both the folder in `lambdas/` and the policy in `policies/`.

    `grants` are what that policy's placeholders stand for, `log_group_arn` excepted. `files` go
    into the zip beside the code, as texts by path: what may be longer than the 4 kB of an
    environment. The function is made, or changed, when all that is in `after` is there.
    """

    stage: Stage
    function: str
    description: str
    timeout_seconds: int
    memory_mb: int = 256
    environment: Mapping[str, pulumi.Input[str]] = field(
        default_factory=dict[str, pulumi.Input[str]]
    )
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    grants: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    after: Sequence[pulumi.Resource] = ()
    trust: str = "trust_lambda"
    """Who may take its role, by the name of the document."""


class PythonFunction(pulumi.ComponentResource):
    """A Lambda function that logs JSON, traces, and may do what its policy file says."""

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    invoke_arn: pulumi.Output[str]
    role: aws.iam.Role
    log_group: aws.cloudwatch.LogGroup

    def __init__(
        self, name: str, args: PythonFunctionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:PythonFunction", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = args.stage.tags
        self.log_group = aws.cloudwatch.LogGroup(
            f"{name}-logs", retention_in_days=args.stage.log_retention_days, tags=tags, opts=child
        )
        self.role = aws.iam.Role(
            f"{name}-role",
            description=f"What the {args.function} function may do",
            # For this account's functions; its own ARN would be circular.
            assume_role_policy=policy.render(
                args.trust, account=policy.account_of(self.log_group.arn)
            ),
            tags=tags,
            opts=child,
        )
        permissions = aws.iam.RolePolicy(
            f"{name}-policy",
            role=self.role.name,
            policy=policy.render(
                args.function, log_group_arn=self.log_group.arn, **dict(args.grants)
            ),
            opts=child,
        )
        function = aws.lambda_.Function(
            name,
            description=args.description,
            runtime=aws.lambda_.Runtime.PYTHON3D13,
            architectures=["arm64"],
            handler=f"lambdas.{args.function}.handler.handle",
            code=archive_of(args.function, args.files),
            role=self.role.arn,
            memory_size=args.memory_mb,
            timeout=args.timeout_seconds,
            environment={"variables": {"STAGE": args.stage.name, **args.environment}},
            logging_config={
                "log_format": "JSON",
                # What is counted is logged at this level.
                "application_log_level": "INFO",
                "log_group": self.log_group.name,
            },
            tracing_config={"mode": "Active"},
            tags=tags,
            # A function that is invoked before it may write its logs loses them.
            opts=pulumi.ResourceOptions.merge(
                child, pulumi.ResourceOptions(depends_on=[permissions, *args.after])
            ),
        )
        self.name = function.name
        self.arn = function.arn
        self.invoke_arn = function.invoke_arn
        self.register_outputs({"name": self.name, "arn": self.arn})
