"""What Pulumi's AWS provider calls for each type of resource: create, read, update and delete.

From the provider's sources, `internal/service` of
https://github.com/hashicorp/terraform-provider-aws, and the actions that AWS names for these calls:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from collections.abc import Mapping

from tests.policies.documents import ACCOUNT, REGION

_HERE = f"{REGION}:{ACCOUNT}"
_TAGS = "TagResource UntagResource ListTagsForResource"
_API = f"arn:aws:apigateway:{REGION}::/apis"
_BUCKET = "arn:aws:s3:::{bucket}"
_FUNCTION = f"arn:aws:lambda:{_HERE}:function:"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/"
_RULE = f"arn:aws:events:{_HERE}:rule/"


def _actions(service: str, names: str) -> frozenset[str]:
    return frozenset(f"{service}:{name}" for name in names.split())


TYPES: Mapping[str, tuple[str, frozenset[str]]] = {
    "aws:apigatewayv2/api:Api": (_API, _actions("apigateway", "POST GET PATCH DELETE")),
    "aws:apigatewayv2/integration:Integration": (
        f"{_API}/{{apiId}}/integrations/one",
        _actions("apigateway", "POST GET PATCH DELETE"),
    ),
    "aws:apigatewayv2/route:Route": (
        f"{_API}/{{apiId}}/routes/one",
        _actions("apigateway", "POST GET PATCH DELETE"),
    ),
    "aws:apigatewayv2/stage:Stage": (
        f"{_API}/{{apiId}}/stages/one",
        _actions("apigateway", "POST GET PATCH DELETE"),
    ),
    "aws:cloudwatch/dashboard:Dashboard": (
        f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{{physical}}",
        _actions("cloudwatch", "PutDashboard GetDashboard DeleteDashboards"),
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": (
        f"arn:aws:cloudwatch:{_HERE}:alarm:{{physical}}",
        _actions("cloudwatch", f"PutMetricAlarm DescribeAlarms DeleteAlarms {_TAGS}"),
    ),
    "aws:cloudwatch/eventRule:EventRule": (
        f"{_RULE}{{physical}}",
        _actions("events", f"PutRule DescribeRule DeleteRule EnableRule DisableRule {_TAGS}"),
    ),
    "aws:cloudwatch/eventTarget:EventTarget": (
        f"{_RULE}{{rule}}",
        _actions("events", "PutTargets ListTargetsByRule RemoveTargets"),
    ),
    "aws:cloudwatch/logGroup:LogGroup": (
        f"arn:aws:logs:{_HERE}:log-group:{{physical}}",
        _actions(
            "logs",
            f"CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy {_TAGS}",
        ),
    ),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": (
        f"arn:aws:logs:{_HERE}:log-group:{{logGroupName}}",
        _actions("logs", "PutMetricFilter DescribeMetricFilters DeleteMetricFilter"),
    ),
    "aws:dynamodb/table:Table": (
        f"arn:aws:dynamodb:{_HERE}:table/{{physical}}",
        _actions(
            "dynamodb",
            "CreateTable DescribeTable UpdateTable DeleteTable DescribeContinuousBackups"
            " UpdateContinuousBackups DescribeTimeToLive UpdateTimeToLive ListTagsOfResource"
            " TagResource UntagResource",
        ),
    ),
    "aws:iam/policy:Policy": (
        f"arn:aws:iam::{ACCOUNT}:policy/{{physical}}",
        _actions(
            "iam",
            "CreatePolicy GetPolicy GetPolicyVersion ListPolicyVersions CreatePolicyVersion"
            " DeletePolicyVersion DeletePolicy TagPolicy UntagPolicy",
        ),
    ),
    "aws:iam/role:Role": (
        f"{_ROLE}{{physical}}",
        _actions(
            "iam",
            "CreateRole GetRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy DeleteRole"
            " ListRolePolicies ListAttachedRolePolicies ListInstanceProfilesForRole TagRole"
            " UntagRole",
        ),
    ),
    "aws:iam/rolePolicy:RolePolicy": (
        f"{_ROLE}{{role}}",
        _actions("iam", "PutRolePolicy GetRolePolicy DeleteRolePolicy"),
    ),
    "aws:lambda/eventSourceMapping:EventSourceMapping": (
        f"arn:aws:lambda:{_HERE}:event-source-mapping:0a1b2c3d",
        _actions(
            "lambda",
            "GetEventSourceMapping UpdateEventSourceMapping DeleteEventSourceMapping ListTags"
            " TagResource UntagResource",
        ),
    ),
    "aws:lambda/function:Function": (
        f"{_FUNCTION}{{physical}}",
        _actions(
            "lambda",
            "CreateFunction GetFunction GetFunctionConfiguration GetFunctionCodeSigningConfig"
            " ListVersionsByFunction UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction"
            " ListTags TagResource UntagResource",
        ),
    ),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": (
        f"{_FUNCTION}{{functionName}}",
        _actions(
            "lambda",
            "PutFunctionEventInvokeConfig GetFunctionEventInvokeConfig"
            " DeleteFunctionEventInvokeConfig",
        ),
    ),
    "aws:lambda/permission:Permission": (
        f"{_FUNCTION}{{function}}",
        _actions("lambda", "AddPermission GetPolicy RemovePermission"),
    ),
    "aws:s3/bucket:Bucket": (
        "arn:aws:s3:::{physical}",
        _actions(
            "s3",
            "CreateBucket DeleteBucket ListBucket ListBucketVersions GetBucketLocation GetBucketAcl"
            " GetBucketCORS GetBucketWebsite GetAccelerateConfiguration GetBucketRequestPayment"
            " GetBucketLogging GetReplicationConfiguration GetBucketObjectLockConfiguration"
            " GetBucketTagging PutBucketTagging ListTagsForResource TagResource UntagResource",
        ),
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
        _BUCKET,
        _actions("s3", "PutLifecycleConfiguration GetLifecycleConfiguration"),
    ),
    "aws:s3/bucketNotification:BucketNotification": (
        _BUCKET,
        _actions("s3", "PutBucketNotification GetBucketNotification"),
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": (
        _BUCKET,
        _actions("s3", "PutBucketOwnershipControls GetBucketOwnershipControls"),
    ),
    "aws:s3/bucketPolicy:BucketPolicy": (
        _BUCKET,
        _actions("s3", "PutBucketPolicy GetBucketPolicy DeleteBucketPolicy"),
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": (
        _BUCKET,
        _actions("s3", "PutBucketPublicAccessBlock GetBucketPublicAccessBlock"),
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        _BUCKET,
        _actions("s3", "PutEncryptionConfiguration GetEncryptionConfiguration"),
    ),
    "aws:s3/bucketVersioning:BucketVersioning": (
        _BUCKET,
        _actions("s3", "PutBucketVersioning GetBucketVersioning"),
    ),
    "aws:scheduler/schedule:Schedule": (
        f"arn:aws:scheduler:{_HERE}:schedule/default/{{physical}}",
        _actions("scheduler", "CreateSchedule GetSchedule UpdateSchedule DeleteSchedule"),
    ),
    "aws:sfn/stateMachine:StateMachine": (
        f"arn:aws:states:{_HERE}:stateMachine:{{physical}}",
        _actions(
            "states",
            "CreateStateMachine DescribeStateMachine UpdateStateMachine DeleteStateMachine"
            f" ListStateMachineVersions {_TAGS}",
        ),
    ),
    "aws:sns/topic:Topic": (
        f"arn:aws:sns:{_HERE}:{{physical}}",
        _actions("sns", f"CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic {_TAGS}"),
    ),
    "aws:sns/topicPolicy:TopicPolicy": (
        "{arn}",
        _actions("sns", "GetTopicAttributes SetTopicAttributes"),
    ),
    "aws:sns/topicSubscription:TopicSubscription": (
        "{topic}",
        _actions("sns", "Subscribe ListSubscriptionsByTopic"),
    ),
    "aws:sqs/queue:Queue": (
        f"arn:aws:sqs:{_HERE}:{{physical}}",
        _actions(
            "sqs",
            "CreateQueue GetQueueUrl GetQueueAttributes SetQueueAttributes DeleteQueue"
            " ListQueueTags TagQueue UntagQueue",
        ),
    ),
    "aws:sqs/queuePolicy:QueuePolicy": (
        f"arn:aws:sqs:{_HERE}:{{queue}}",
        _actions("sqs", "GetQueueAttributes SetQueueAttributes"),
    ),
    "aws:ssm/parameter:Parameter": (
        f"arn:aws:ssm:{_HERE}:parameter/{{physical}}",
        _actions(
            "ssm",
            "PutParameter GetParameter GetParameters DeleteParameter ListTagsForResource"
            " AddTagsToResource RemoveTagsFromResource",
        ),
    ),
}
"""By type: the requested ARN, a template of the inputs, and the actions on it."""

ANYWHERE = frozenset(
    {
        # Calls of `preview`, and calls that concern no existing resource.
        "states:ValidateStateMachineDefinition",
        "lambda:CreateEventSourceMapping",
        # AWS has no resource for these, or only a wildcard.
        "logs:DescribeLogGroups",
        "ssm:DescribeParameters",
        "sns:GetSubscriptionAttributes",
        "sns:SetSubscriptionAttributes",
        "sns:Unsubscribe",
        # The API's access log, and the state machines' logs.
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
        *_actions(
            "logs",
            "CreateLogDelivery GetLogDelivery UpdateLogDelivery DeleteLogDelivery ListLogDeliveries"
            " PutResourcePolicy DescribeResourcePolicies",
        ),
    }
)
PASSED_TO = ("lambda.amazonaws.com", "scheduler.amazonaws.com", "states.amazonaws.com")
OBJECTS = _actions("s3", "DeleteObject DeleteObjectVersion")
"""What `destroy` does in the bucket of a stage whose data is disposable."""
