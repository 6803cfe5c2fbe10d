"""Rules for the resources of a stage, as plain functions of their inputs.

Each rule yields violations as messages with the fix. Values unknown in a preview are checked when
they are known: Pulumi reports this, and the update runs the rules again.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# A stage without data worth protecting.
DISPOSABLE = "dev"
# Actions that require the resource `*`, and why.
ONLY_ON_EVERYTHING: Mapping[str, str] = {
    "xray:PutTraceSegments": "X-Ray does not support resource-level permissions",
    "xray:PutTelemetryRecords": "X-Ray does not support resource-level permissions",
    "xray:GetSamplingRules": "X-Ray does not support resource-level permissions",
    "xray:GetSamplingTargets": "X-Ray does not support resource-level permissions",
    **dict.fromkeys(
        (
            "logs:CreateLogDelivery",
            "logs:GetLogDelivery",
            "logs:UpdateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:DescribeResourcePolicies",
            "logs:DescribeLogGroups",
        ),
        "log deliveries and resource policies do not belong to a log group",
    ),
}
# Resources that may be unencrypted, and why.
IN_THE_CLEAR: Mapping[str, str] = {
    "signoff-operations-alarms": "CloudWatch cannot publish to a topic with the AWS managed key"
}
# Resources that need no protection in any stage, and why.
NOT_MISSED: Mapping[str, str] = {
    "signoff-gate-reviews-notes": "without the channels' notes, a message is at worst posted twice"
}
TAGGED = frozenset(
    {
        "aws:apigatewayv2/api:Api",
        "aws:apigatewayv2/stage:Stage",
        "aws:cloudwatch/eventRule:EventRule",
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "aws:dynamodb/table:Table",
        "aws:iam/role:Role",
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        "aws:lambda/function:Function",
        "aws:s3/bucket:Bucket",
        "aws:sfn/stateMachine:StateMachine",
        "aws:sns/topic:Topic",
        "aws:sqs/queue:Queue",
        "aws:ssm/parameter:Parameter",
    }
)
# Slack and AWS tokens, private keys, and secret webhook URLs.
SECRET = re.compile(
    r"xox[a-z]-\w|AKIA[A-Z0-9]{16}|PRIVATE KEY|hooks\.slack(-gov)?\.com/|://[^/\s]+:[^/\s]+@"
)
SECRET_NAME = re.compile(r"(SECRET|TOKEN|PASSWORD|WEBHOOK(_URL)?|API_KEY)$")
BUCKET = "aws:s3/bucket:Bucket"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource; `belongs_to` are the URNs that its `bucket` comes from."""

    kind: str
    urn: str
    properties: Mapping[str, Any]
    protected: bool = False
    belongs_to: Sequence[str] = ()

    @property
    def stage(self) -> str:
        """The stack of the resource: the third part of `urn:pulumi:STACK::PROJECT::…`."""
        return self.urn.split(":")[2]

    @property
    def name(self) -> str:
        """The logical name."""
        return self.urn.rsplit("::", 1)[-1]


def is_tagged(it: Resource) -> Iterator[str]:
    """Resources have cost allocation tags for their stage."""
    tags = cast("Mapping[str, str]", it.properties.get("tags") or {})
    if it.kind in TAGGED and (not tags.get("project") or tags.get("stage") != it.stage):
        yield f'must have the tags project and stage: "{it.stage}"'


def has_narrow_permissions(it: Resource) -> Iterator[str]:
    """Policies allow named actions on named resources, for named principals."""
    for statement in _statements(it):
        if statement.get("Effect") != "Allow":
            continue
        actions = _listed(statement.get("Action", "*"))
        if wild := [action for action in actions if "*" in action]:
            yield f"must name its actions, but allows {', '.join(wild)}"
        broad = "*" in _listed(statement.get("Resource", ()))
        if broad and (wide := sorted(set(actions) - ONLY_ON_EVERYTHING.keys())):
            yield f"must name its resources, but allows {', '.join(wide)} on all"
        if "*" in _principals(statement) and not statement.get("Condition"):
            yield 'must name its principals or have a condition, but allows "*"'


def is_encrypted(it: Resource) -> Iterator[str]:
    """Data is encrypted at rest."""
    has = it.properties.get
    match it.kind:
        case "aws:dynamodb/table:Table" if not (has("serverSideEncryption") or {}).get("enabled"):
            yield "must set server_side_encryption"
        case "aws:sns/topic:Topic" if not has("kmsMasterKeyId") and it.name not in IN_THE_CLEAR:
            yield "must set kms_master_key_id"
        case "aws:sqs/queue:Queue" if not (has("sqsManagedSseEnabled") or has("kmsMasterKeyId")):
            yield "must set sqs_managed_sse_enabled or kms_master_key_id"
        case "aws:ssm/parameter:Parameter" if has("type") != "SecureString":
            yield "must be a SecureString"
        case _:
            return


def has_log_retention(it: Resource) -> Iterator[str]:
    """Logs have a retention period, and belong to the stage, so that they are deleted with it."""
    if it.kind == "aws:cloudwatch/logGroup:LogGroup" and not it.properties.get("retentionInDays"):
        yield "must set retention_in_days"
    if it.kind == "aws:lambda/function:Function" and not (
        it.properties.get("loggingConfig") or {}
    ).get("logGroup"):
        yield "must set logging_config.log_group to a log group of the stage"


def survives(it: Resource) -> Iterator[str]:
    """Outside dev, data is protected against deletion, and tables can be restored."""
    if it.kind not in (BUCKET, "aws:dynamodb/table:Table"):
        return
    if it.stage == DISPOSABLE or it.name in NOT_MISSED:
        return
    if not it.protected:
        yield "must be protected: ResourceOptions(protect=True)"
    if it.kind == BUCKET:
        if it.properties.get("forceDestroy"):
            yield "must not set force_destroy"
        return
    if not it.properties.get("deletionProtectionEnabled"):
        yield "must set deletion_protection_enabled"
    if not (it.properties.get("pointInTimeRecovery") or {}).get("enabled"):
        yield "must enable point_in_time_recovery"


def has_no_secret_in_environment(it: Resource) -> Iterator[str]:
    """Environments of functions are readable, so secrets must be in SSM parameters."""
    if it.kind != "aws:lambda/function:Function":
        return
    environment = cast("Mapping[str, Any]", it.properties.get("environment") or {})
    for name, value in cast("Mapping[str, str]", environment.get("variables") or {}).items():
        if SECRET_NAME.search(name) or SECRET.search(str(value)):
            yield f"must not have the secret {name} in its environment: use an SSM parameter"


def is_private(bucket: Resource, resources: Sequence[Resource]) -> Iterator[str]:
    """Buckets are private, encrypted and versioned, each by its own resource."""
    own = {it.kind: it.properties for it in resources if bucket.urn in it.belongs_to}
    closed = own.get("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {})
    endpoints = (
        "blockPublicAcls",
        "blockPublicPolicy",
        "ignorePublicAcls",
        "restrictPublicBuckets",
    )
    if not all(closed.get(endpoint) for endpoint in endpoints):
        yield "must have a BucketPublicAccessBlock with all four settings"
    encryption = "BucketServerSideEncryptionConfiguration"
    if f"aws:s3/bucketServerSideEncryptionConfiguration:{encryption}" not in own:
        yield f"must have a {encryption}"
    versioning = own.get("aws:s3/bucketVersioning:BucketVersioning", {})
    if (versioning.get("versioningConfiguration") or {}).get("status") != "Enabled":
        yield "must have a BucketVersioning with status Enabled"


def _statements(it: Resource) -> list[dict[str, Any]]:
    """The statements of any policy, except for trust policies."""
    policy = it.properties.get("policy")
    if not policy:
        return []
    found: Any = (json.loads(policy) if isinstance(policy, str) else policy)["Statement"]
    return cast("list[dict[str, Any]]", found if isinstance(found, list) else [found])


def _listed(value: Any) -> list[str]:
    """`Action`, `Resource` and principals as lists: each may be a string or a list."""
    return [value] if isinstance(value, str) else list(value)


def _principals(statement: Mapping[str, Any]) -> list[str]:
    named = statement.get("Principal", {})
    if isinstance(named, str):
        return [named]
    return [name for names in named.values() for name in _listed(names)]
