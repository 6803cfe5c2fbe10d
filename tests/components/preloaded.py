"""Preloads the slowest parts of a program: the provider, and parsing the functions' imports.

Runs once, in the process from which programs are forked.
"""

import gc
from contextlib import suppress

import pulumi_aws as aws

import components
from components.functions.archive import ROOT, slice_of
from tests.components import engine

# The provider's modules load on first access.
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

with suppress(OSError):  # the program reports missing modules itself
    for handler in ROOT.glob("lambdas/*/handler.py"):
        slice_of(handler.parent.name)

gc.disable()  # a program ends too soon to benefit
