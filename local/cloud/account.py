"""A stage's AWS account in the embedded cloud: typed boto3 clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import create_loader

if TYPE_CHECKING:
    from types_boto3_apigatewayv2 import ApiGatewayV2Client
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_events import EventBridgeClient
    from types_boto3_iam import IAMClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_s3 import S3Client
    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient
    from types_boto3_stepfunctions import SFNClient

    from local.cloud.keys import Keys

CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    retries={"total_max_attempts": 2},
    inject_host_prefix=False,  # on AWS, some operations have their own hosts
)
# Loading a service's model is the slowest part of creating a client: share them.
_service_models = create_loader()


@dataclass(frozen=True, kw_only=True)
class Account:
    """Clients that create and read resources. They are thread-safe."""

    cloud_url: str
    root: Keys
    region: str
    apigateway: ApiGatewayV2Client
    cloudwatch: CloudWatchClient
    dynamodb: DynamoDBClient
    events: EventBridgeClient
    functions: LambdaClient
    iam: IAMClient
    logs: CloudWatchLogsClient
    s3: S3Client
    scheduler: EventBridgeSchedulerClient
    sns: SNSClient
    sqs: SQSClient
    ssm: SSMClient
    stepfunctions: SFNClient

    @property
    def number(self) -> str:
        """The account id, which is also the root's access key id."""
        return self.root.access_key_id


def open_stepfunctions(cloud_url: str, keys: Keys, region: str) -> SFNClient:
    """Create a Step Functions client."""
    return _session(keys, region).client("stepfunctions", endpoint_url=cloud_url, config=CONFIG)


def open_iam(cloud_url: str, keys: Keys, region: str) -> IAMClient:
    """Create an IAM client."""
    return _session(keys, region).client("iam", endpoint_url=cloud_url, config=CONFIG)


def _session(keys: Keys, region: str) -> boto3.Session:
    core = botocore.session.get_session()
    core.register_component("data_loader", _service_models)
    return boto3.Session(
        botocore_session=core,
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key,
        region_name=region,
    )


def open_account(cloud_url: str, root: Keys, region: str) -> Account:
    """Create all clients of an account without sending requests."""
    session = _session(root, region)
    return Account(
        cloud_url=cloud_url,
        root=root,
        region=region,
        apigateway=session.client("apigatewayv2", endpoint_url=cloud_url, config=CONFIG),
        cloudwatch=session.client("cloudwatch", endpoint_url=cloud_url, config=CONFIG),
        dynamodb=session.client("dynamodb", endpoint_url=cloud_url, config=CONFIG),
        events=session.client("events", endpoint_url=cloud_url, config=CONFIG),
        functions=session.client("lambda", endpoint_url=cloud_url, config=CONFIG),
        iam=session.client("iam", endpoint_url=cloud_url, config=CONFIG),
        logs=session.client("logs", endpoint_url=cloud_url, config=CONFIG),
        s3=session.client("s3", endpoint_url=cloud_url, config=CONFIG),
        scheduler=session.client("scheduler", endpoint_url=cloud_url, config=CONFIG),
        sns=session.client("sns", endpoint_url=cloud_url, config=CONFIG),
        sqs=session.client("sqs", endpoint_url=cloud_url, config=CONFIG),
        ssm=session.client("ssm", endpoint_url=cloud_url, config=CONFIG),
        stepfunctions=session.client("stepfunctions", endpoint_url=cloud_url, config=CONFIG),
    )
