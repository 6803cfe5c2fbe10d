"""What takes a program longest: the provider, and reading the functions' imports.

Done once, where the processes that run a program fork from.
"""

import gc
from contextlib import suppress

import pulumi_aws as aws

import components
from components.functions.archive import ROOT, slice_of
from tests.components import engine

# The provider's modules load when they are first looked into.
LOADED = (
    components.ApprovalFlow,
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

with suppress(OSError):  # the program says itself what it misses
    for handler in ROOT.glob("lambdas/*/handler.py"):
        slice_of(handler.parent.name)

gc.disable()  # a program ends before it is worth it
