"""What AWS's provider does with the program's resource types, as far as the program can tell.

A small, honest table, not the provider's schema: which input is the physical name, what a resource
is known by, what it answers, and which inputs cannot be changed in place. Sources: the sections
*Argument reference* and *Attribute reference* of the Terraform provider that Pulumi's is made of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A resource type. Templates may use inputs, `{physical}`, `{region}`, `{account}`, `{serial}`.

    `naming` is the input that Pulumi makes up where the program is silent, `fixed` are the inputs
    whose change needs another resource, `renewed` the outputs that every update changes.
    """

    naming: str = "name"
    id: str = "{physical}"
    outputs: Mapping[str, str] = field(default_factory=dict[str, str])
    fixed: frozenset[str] = frozenset()
    renewed: frozenset[str] = frozenset()


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{{region}}:{{account}}:{resource}"


def _part_of(*fixed: str, id: str = "{serial}", **outputs: str) -> Kind:  # noqa: A002
    """A type without a name of its own, which belongs to what its fixed inputs name."""
    return Kind(naming="", id=id, outputs=outputs, fixed=frozenset(fixed))


_FUNCTION = _arn("lambda", "function:{physical}")
_API = "https://{serial}.execute-api.{region}.amazonaws.com"
_BUCKET_PART = _part_of("bucket", id="{bucket}")

KINDS: Mapping[str, Kind] = {
    "aws:apigatewayv2/api:Api": Kind(
        id="{serial}",
        outputs={
            "arn": "arn:aws:apigateway:{region}::/apis/{serial}",
            "apiEndpoint": _API,
            "executionArn": _arn("execute-api", "{serial}"),
        },
        fixed=frozenset({"protocolType"}),
    ),
    "aws:apigatewayv2/integration:Integration": _part_of("apiId", "integrationType"),
    "aws:apigatewayv2/route:Route": _part_of("apiId"),
    "aws:apigatewayv2/stage:Stage": Kind(
        outputs={"arn": "arn:aws:apigateway:{region}::/apis/{apiId}/stages/{physical}"},
        id="{apiId}/{physical}",
        fixed=frozenset({"apiId", "name"}),
    ),
    "aws:cloudwatch/dashboard:Dashboard": Kind(
        naming="dashboardName",
        outputs={"dashboardArn": "arn:aws:cloudwatch::{account}:dashboard/{physical}"},
        fixed=frozenset({"dashboardName"}),
    ),
    "aws:cloudwatch/eventRule:EventRule": Kind(
        outputs={"arn": _arn("events", "rule/{physical}")},
        fixed=frozenset({"name", "eventBusName"}),
    ),
    "aws:cloudwatch/eventTarget:EventTarget": _part_of(
        "rule", "targetId", "eventBusName", id="{rule}-{serial}"
    ),
    "aws:cloudwatch/logGroup:LogGroup": Kind(
        outputs={"arn": _arn("logs", "log-group:{physical}")},
        fixed=frozenset({"name", "namePrefix"}),
    ),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Kind(
        fixed=frozenset({"name", "logGroupName"})
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Kind(
        outputs={"arn": _arn("cloudwatch", "alarm:{physical}")}, fixed=frozenset({"name"})
    ),
    "aws:dynamodb/table:Table": Kind(
        outputs={"arn": _arn("dynamodb", "table/{physical}")},
        fixed=frozenset({"name", "hashKey", "rangeKey", "localSecondaryIndexes"}),
    ),
    "aws:iam/policy:Policy": Kind(
        id="arn:aws:iam::{account}:policy/{physical}",
        outputs={"arn": "arn:aws:iam::{account}:policy/{physical}"},
        fixed=frozenset({"name", "namePrefix", "path", "description"}),
    ),
    "aws:iam/role:Role": Kind(
        outputs={"arn": "arn:aws:iam::{account}:role/{physical}"},
        fixed=frozenset({"name", "namePrefix", "path"}),
    ),
    "aws:iam/rolePolicy:RolePolicy": Kind(
        id="{role}:{physical}", fixed=frozenset({"name", "namePrefix", "role"})
    ),
    "aws:lambda/eventSourceMapping:EventSourceMapping": _part_of("eventSourceArn"),
    "aws:lambda/function:Function": Kind(
        outputs={
            "arn": _FUNCTION,
            "invokeArn": (
                f"arn:aws:apigateway:{{region}}:lambda:path/2015-03-31/functions/{_FUNCTION}"
                "/invocations"
            ),
        },
        fixed=frozenset({"name", "packageType"}),
        renewed=frozenset({"lastModified"}),
    ),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": _part_of(
        "functionName", "qualifier", id="{functionName}"
    ),
    "aws:lambda/permission:Permission": Kind(
        naming="statementId",
        fixed=frozenset({"action", "function", "principal", "sourceArn", "statementId"}),
    ),
    "aws:s3/bucket:Bucket": Kind(
        naming="bucket",
        outputs={"arn": "arn:aws:s3:::{physical}"},
        fixed=frozenset({"bucket", "bucketPrefix", "objectLockEnabled"}),
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _BUCKET_PART,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _BUCKET_PART,
    "aws:s3/bucketPolicy:BucketPolicy": _BUCKET_PART,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _BUCKET_PART,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        _BUCKET_PART
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _BUCKET_PART,
    "aws:scheduler/schedule:Schedule": Kind(
        id="default/{physical}",
        outputs={"arn": _arn("scheduler", "schedule/default/{physical}")},
        fixed=frozenset({"name", "namePrefix", "groupName"}),
    ),
    "aws:sfn/stateMachine:StateMachine": Kind(
        id=_arn("states", "stateMachine:{physical}"),
        outputs={"arn": _arn("states", "stateMachine:{physical}")},
        fixed=frozenset({"name", "namePrefix", "type"}),
        renewed=frozenset({"revisionId"}),
    ),
    "aws:sns/topic:Topic": Kind(
        id=_arn("sns", "{physical}"),
        outputs={"arn": _arn("sns", "{physical}")},
        fixed=frozenset({"name", "namePrefix", "fifoTopic"}),
    ),
    "aws:sns/topicPolicy:TopicPolicy": _part_of("arn", id="{arn}"),
    "aws:sns/topicSubscription:TopicSubscription": _part_of(
        "endpoint", "protocol", "topic", id="{topic}:{serial}", arn="{topic}:{serial}"
    ),
    "aws:sqs/queue:Queue": Kind(
        id="https://sqs.{region}.amazonaws.com/{account}/{physical}",
        outputs={
            "arn": _arn("sqs", "{physical}"),
            "url": "https://sqs.{region}.amazonaws.com/{account}/{physical}",
        },
        fixed=frozenset({"name", "namePrefix", "fifoQueue"}),
    ),
    "aws:sqs/queuePolicy:QueuePolicy": _part_of("queueUrl", id="{queueUrl}"),
    "aws:ssm/parameter:Parameter": Kind(
        outputs={"arn": _arn("ssm", "parameter/{physical}")},
        fixed=frozenset({"name"}),
        renewed=frozenset({"version"}),
    ),
}
