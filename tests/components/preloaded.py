"""What takes a program longest: importing the provider. Done once, where the others fork from."""

import pulumi_aws as aws

from tests.components import engine

# The provider's modules load when they are first looked into.
LOADED = (
    engine.execute,
    aws.apigatewayv2.Api,
    aws.cloudwatch.LogGroup,
    aws.dynamodb.Table,
    aws.iam.Role,
    aws.lambda_.Function,
    aws.s3.Bucket,
    aws.scheduler.Schedule,
    aws.sfn.StateMachine,
    aws.sns.Topic,
    aws.sqs.Queue,
    aws.ssm.Parameter,
)
