"""The AWS resource types that the project's programs use, one row each.

The local stack creates resources from this table. The tests' AWS mocks and provider take names,
ARNs and replacements from it. For fixed inputs and ids, see *Argument reference*, *Attribute
reference* and *Import* on a resource's page at
https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.cloud import differences
from local.deployment.kind import Call, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping


def _arn(service: str, resource: str) -> str:
    return f"arn:{{partition}}:{service}:{{region}}:{{account}}:{resource}"


def _inside(block: str, **names: str) -> Mapping[str, str]:
    """Map inputs to parameters inside a block."""
    return {key: f"{block}.{name}" for key, name in names.items()}


def _by_route(settings: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        route["routeKey"]: {key: value for key, value in route.items() if key != "routeKey"}
        for route in settings
    }


def _nameless(id_: str, client: str, call: Call, *fixed: str, **from_response: str) -> Kind:
    """A type without its own name, identified by its fixed inputs."""
    return Kind(
        naming="",
        id=id_,
        fixed=frozenset(fixed),
        client=client,
        call=call,
        from_response=from_response,
    )


def _of_bucket(method: str, names: Mapping[str, str] | None = None) -> Kind:
    return _nameless("{bucket}", "s3", Call(method, names or {}), "bucket")


_FUNCTION = _arn("lambda", "function:{physical}")
_QUEUE = "https://sqs.{region}.{suffix}/{account}/{physical}"

KINDS: Mapping[str, Kind] = {
    # https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html
    "aws:apigatewayv2/api:Api": Kind(
        longest=128,
        id="{serial}",
        outputs={
            "arn": "arn:{partition}:apigateway:{region}::/apis/{serial}",
            "apiEndpoint": "https://{serial}.execute-api.{region}.{suffix}",
            "executionArn": _arn("execute-api", "{serial}"),
        },
        fixed=frozenset({"protocolType"}),
        client="apigateway",
        call=Call("create_api"),
        from_response={"serial": "ApiId"},
    ),
    "aws:apigatewayv2/integration:Integration": _nameless(
        "{serial}",
        "apigateway",
        Call("create_integration"),
        "apiId",
        "integrationType",
        serial="IntegrationId",
    ),
    "aws:apigatewayv2/route:Route": _nameless(
        "{serial}", "apigateway", Call("create_route"), "apiId", serial="RouteId"
    ),
    "aws:apigatewayv2/stage:Stage": Kind(
        longest=128,
        id="{apiId}/{physical}",
        outputs={"arn": "arn:{partition}:apigateway:{region}::/apis/{apiId}/stages/{physical}"},
        fixed=frozenset({"apiId", "name"}),
        client="apigateway",
        call=Call("create_stage", {"name": "StageName"}),
        rewritten={"routeSettings": _by_route},
    ),
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html
    "aws:cloudwatch/dashboard:Dashboard": Kind(
        naming="dashboardName",
        longest=255,
        outputs={"dashboardArn": "arn:{partition}:cloudwatch::{account}:dashboard/{physical}"},
        fixed=frozenset({"dashboardName"}),
        client="cloudwatch",
        call=Call("put_dashboard"),
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Kind(
        longest=255,
        outputs={"arn": _arn("cloudwatch", "alarm:{physical}")},
        fixed=frozenset({"name"}),
        client="cloudwatch",
        call=Call(
            "put_metric_alarm",
            {
                "name": "AlarmName",
                "metricQueries": "Metrics",
                "metricQueries.metric": "MetricStat",
                "metricQueries.metric.dimensions": "Metric.Dimensions",
                "metricQueries.metric.metricName": "Metric.MetricName",
                "metricQueries.metric.namespace": "Metric.Namespace",
            },
        ),
    ),
    # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
    "aws:cloudwatch/eventRule:EventRule": Kind(
        longest=64,
        outputs={"arn": _arn("events", "rule/{physical}")},
        fixed=frozenset({"name", "eventBusName"}),
        client="events",
        call=Call("put_rule"),
    ),
    # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
    "aws:cloudwatch/eventTarget:EventTarget": Kind(
        naming="targetId",
        longest=64,
        id="{rule}-{physical}",
        fixed=frozenset({"rule", "targetId", "eventBusName"}),
        client="events",
        call=Call(
            "put_targets", _inside("Targets", targetId="Id", arn="Arn", inputPath="InputPath")
        ),
    ),
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    "aws:cloudwatch/logGroup:LogGroup": Kind(
        longest=512,
        outputs={"arn": _arn("logs", "log-group:{physical}")},
        fixed=frozenset({"name", "namePrefix"}),
        client="logs",
        call=Call("create_log_group", {"name": "logGroupName"}),
        more=(
            Call(
                "put_retention_policy",
                {"name": "logGroupName", "retentionInDays": "retentionInDays"},
            ),
        ),
    ),
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Kind(
        longest=512,
        fixed=frozenset({"name", "logGroupName"}),
        client="logs",
        call=Call(
            "put_metric_filter",
            {
                "name": "filterName",
                "pattern": "filterPattern",
                "metricTransformation": "metricTransformations",
                "metricTransformation.name": "metricName",
                "metricTransformation.namespace": "metricNamespace",
                "metricTransformation.value": "metricValue",
            },
        ),
    ),
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
    "aws:dynamodb/table:Table": Kind(
        longest=255,
        outputs={"arn": _arn("dynamodb", "table/{physical}")},
        fixed=frozenset({"name", "hashKey", "rangeKey", "localSecondaryIndexes"}),
        client="dynamodb",
        call=Call(
            "create_table",
            {
                "name": "TableName",
                "attributes": "AttributeDefinitions",
                "attributes.name": "AttributeName",
                "attributes.type": "AttributeType",
                "hashKey": "KeySchema.HASH",
                "rangeKey": "KeySchema.RANGE",
                "globalSecondaryIndexes.name": "IndexName",
                "globalSecondaryIndexes.hashKey": "KeySchema.HASH",
                "globalSecondaryIndexes.rangeKey": "KeySchema.RANGE",
                "globalSecondaryIndexes.projectionType": "Projection.ProjectionType",
                "globalSecondaryIndexes.nonKeyAttributes": "Projection.NonKeyAttributes",
                "serverSideEncryption": "SSESpecification",
            },
        ),
        more=(
            Call("update_time_to_live", {"name": "TableName", "ttl": "TimeToLiveSpecification"}),
            Call(
                "update_continuous_backups",
                {
                    "name": "TableName",
                    "pointInTimeRecovery": "PointInTimeRecoverySpecification",
                    "pointInTimeRecovery.enabled": "PointInTimeRecoveryEnabled",
                },
            ),
        ),
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    "aws:iam/policy:Policy": Kind(
        longest=128,
        id="arn:{partition}:iam::{account}:policy/{physical}",
        outputs={"arn": "arn:{partition}:iam::{account}:policy/{physical}"},
        fixed=frozenset({"name", "namePrefix", "path", "description"}),
        client="iam",
        call=Call("create_policy", {"name": "PolicyName", "policy": "PolicyDocument"}),
    ),
    "aws:iam/role:Role": Kind(
        longest=64,
        outputs={"arn": "arn:{partition}:iam::{account}:role/{physical}"},
        fixed=frozenset({"name", "namePrefix", "path"}),
        client="iam",
        call=Call(
            "create_role", {"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"}
        ),
    ),
    "aws:iam/rolePolicy:RolePolicy": Kind(
        longest=128,
        id="{role}:{physical}",
        fixed=frozenset({"name", "namePrefix", "role"}),
        client="iam",
        call=Call(
            "put_role_policy",
            {"name": "PolicyName", "role": "RoleName", "policy": "PolicyDocument"},
        ),
        rewritten={"policy": differences.role_policy},
    ),
    # https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    "aws:lambda/eventSourceMapping:EventSourceMapping": _nameless(
        "{serial}",
        "functions",
        Call("create_event_source_mapping"),
        "eventSourceArn",
        serial="UUID",
    ),
    "aws:lambda/function:Function": Kind(
        longest=64,
        outputs={
            "arn": _FUNCTION,
            "invokeArn": "arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/"
            f"{_FUNCTION}/invocations",
        },
        fixed=frozenset({"name", "packageType"}),
        renewed=frozenset({"lastModified"}),
        client="functions",
        call=Call(
            "create_function",
            {
                "name": "FunctionName",
                "code": "Code.ZipFile",
                "durableConfig.retentionPeriod": "RetentionPeriodInDays",
            },
        ),
    ),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": _nameless(
        "{functionName}",
        "functions",
        Call("put_function_event_invoke_config"),
        "functionName",
        "qualifier",
    ),
    # https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
    "aws:lambda/permission:Permission": Kind(
        naming="statementId",
        longest=100,
        fixed=frozenset({"action", "function", "principal", "sourceArn", "statementId"}),
        client="functions",
        call=Call("add_permission", {"function": "FunctionName"}),
    ),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    "aws:s3/bucket:Bucket": Kind(
        naming="bucket",
        longest=63,
        outputs={"arn": "arn:{partition}:s3:::{physical}"},
        fixed=frozenset({"bucket", "bucketPrefix", "objectLockEnabled"}),
        client="s3",
        call=Call("create_bucket", {"region": "CreateBucketConfiguration.LocationConstraint"}),
        more=(Call("put_bucket_tagging", {"bucket": "Bucket", "tags": "Tagging.TagSet"}),),
        ignored=frozenset({"forceDestroy"}),  # nothing persists
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _of_bucket(
        "put_bucket_lifecycle_configuration", {"rules": "LifecycleConfiguration.Rules"}
    ),
    "aws:s3/bucketNotification:BucketNotification": Kind(
        naming="",
        id="{bucket}",
        fixed=frozenset({"bucket"}),
        client="s3",
        call=Call(
            "put_bucket_notification_configuration",
            {"eventbridge": "NotificationConfiguration.EventBridgeConfiguration"},
        ),
        rewritten={"eventbridge": lambda _: dict[str, object]()},
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _of_bucket(
        "put_bucket_ownership_controls", {"rule": "OwnershipControls.Rules"}
    ),
    "aws:s3/bucketPolicy:BucketPolicy": _of_bucket("put_bucket_policy"),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _of_bucket(
        "put_public_access_block",
        _inside(
            "PublicAccessBlockConfiguration",
            blockPublicAcls="BlockPublicAcls",
            blockPublicPolicy="BlockPublicPolicy",
            ignorePublicAcls="IgnorePublicAcls",
            restrictPublicBuckets="RestrictPublicBuckets",
        ),
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        _of_bucket("put_bucket_encryption", {"rules": "ServerSideEncryptionConfiguration.Rules"})
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _of_bucket("put_bucket_versioning"),
    # https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
    "aws:scheduler/schedule:Schedule": Kind(
        longest=64,
        id="default/{physical}",
        outputs={"arn": _arn("scheduler", "schedule/default/{physical}")},
        fixed=frozenset({"name", "namePrefix", "groupName"}),
        client="scheduler",
        call=Call("create_schedule"),
    ),
    # https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
    "aws:sfn/stateMachine:StateMachine": Kind(
        longest=80,
        id=_arn("states", "stateMachine:{physical}"),
        outputs={"arn": _arn("states", "stateMachine:{physical}")},
        fixed=frozenset({"name", "namePrefix", "type"}),
        renewed=frozenset({"revisionId"}),
        client="stepfunctions",
        call=Call(
            "create_state_machine",
            {
                "loggingConfiguration.logDestination": (
                    "destinations.cloudWatchLogsLogGroup.logGroupArn"
                )
            },
        ),
    ),
    # https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
    "aws:sns/topic:Topic": Kind(
        longest=256,
        id=_arn("sns", "{physical}"),
        outputs={"arn": _arn("sns", "{physical}")},
        fixed=frozenset({"name", "namePrefix", "fifoTopic"}),
        client="sns",
        call=Call(
            "create_topic",
            _inside(
                "Attributes", kmsMasterKeyId="KmsMasterKeyId", signatureVersion="SignatureVersion"
            ),
        ),
    ),
    "aws:sns/topicPolicy:TopicPolicy": _nameless(
        "{arn}",
        "sns",
        Call(
            "set_topic_attributes",
            {"arn": "TopicArn", "policy": "AttributeValue"},
            {"AttributeName": "Policy"},
        ),
        "arn",
    ),
    "aws:sns/topicSubscription:TopicSubscription": Kind(
        naming="",
        id="{topic}:{serial}",
        outputs={"arn": "{topic}:{serial}"},
        fixed=frozenset({"endpoint", "protocol", "topic"}),
        client="sns",
        call=Call(
            "subscribe",
            {
                "topic": "TopicArn",
                **_inside(
                    "Attributes",
                    deliveryPolicy="DeliveryPolicy",
                    filterPolicy="FilterPolicy",
                    rawMessageDelivery="RawMessageDelivery",
                    redrivePolicy="RedrivePolicy",
                ),
            },
            {"ReturnSubscriptionArn": True},
        ),
        from_response={"id": "SubscriptionArn", "arn": "SubscriptionArn"},
    ),
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
    "aws:sqs/queue:Queue": Kind(
        longest=80,
        id=_QUEUE,
        outputs={"arn": _arn("sqs", "{physical}"), "url": _QUEUE},
        fixed=frozenset({"name", "namePrefix", "fifoQueue"}),
        client="sqs",
        call=Call(
            "create_queue",
            {
                "name": "QueueName",
                **_inside(
                    "Attributes",
                    messageRetentionSeconds="MessageRetentionPeriod",
                    redrivePolicy="RedrivePolicy",
                    sqsManagedSseEnabled="SqsManagedSseEnabled",
                    visibilityTimeoutSeconds="VisibilityTimeout",
                ),
            },
        ),
        from_response={"id": "QueueUrl", "url": "QueueUrl"},
    ),
    "aws:sqs/queuePolicy:QueuePolicy": _nameless(
        "{queueUrl}",
        "sqs",
        Call("set_queue_attributes", {"policy": "Attributes.Policy"}),
        "queueUrl",
    ),
    # https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
    "aws:ssm/parameter:Parameter": Kind(
        longest=1011,
        outputs={"arn": _arn("ssm", "parameter/{physical}")},
        fixed=frozenset({"name"}),
        renewed=frozenset({"version"}),
        client="ssm",
        call=Call("put_parameter"),
        from_response={"version": "Version"},
    ),
}
