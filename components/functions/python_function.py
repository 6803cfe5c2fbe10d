"""A hardened Lambda function with its own role and log group, and only the code that it imports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.archive import archive_of
from components.settings.stage import Stage

WHOLE_CORE_MB = 1769
"""The memory at which a function has a whole core, for functions that people or Slack wait for, or
that read large files. Slack's timeout is 3 s, including a cold start.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""


@dataclass(frozen=True, kw_only=True)
class PythonFunctionArgs:
    """`function` names both the folder in `lambdas/` and the policy in `policies/`.

    `grants` fill the policy's placeholders, except `log_group_arn`. `files` are added to the zip as
    texts by path, for content larger than the 4 kB of an environment. The function is created or
    updated after the resources in `after`.
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
    """The trust policy, by document name."""


class PythonFunction(pulumi.ComponentResource):
    """A Lambda function with JSON logs, traces, and the permissions of its policy file."""

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
            description=f"Permissions of the {args.function} function",
            # For this account's functions: the function's own ARN would be a cycle.
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
                # Metric filters count lines of this level.
                "application_log_level": "INFO",
                "log_group": self.log_group.name,
            },
            tracing_config={"mode": "Active"},
            tags=tags,
            # A function invoked before it may write logs loses them.
            opts=pulumi.ResourceOptions.merge(
                child, pulumi.ResourceOptions(depends_on=[permissions, *args.after])
            ),
        )
        self.name = function.name
        self.arn = function.arn
        self.invoke_arn = function.invoke_arn
        self.register_outputs({"name": self.name, "arn": self.arn})
