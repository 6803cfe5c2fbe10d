"""Invoke a function for events on the account's default event bus."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from components.functions.python_function import PythonFunction
from components.settings.stage import Stage


def invoke_for_events(
    name: str,
    pattern: Mapping[str, Any],
    function: PythonFunction,
    *,
    description: str,
    stage: Stage,
    parent: pulumi.Resource,
    after: Sequence[pulumi.Resource] = (),
) -> aws.cloudwatch.EventTarget:
    """A rule, its permission to invoke the function, and its target, which is returned.

    The function gets the `detail` of each event. The target is created after the resources in
    `after`.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
    """
    child = pulumi.ResourceOptions(parent=parent)
    rule = aws.cloudwatch.EventRule(
        name,
        description=description,
        event_pattern=pulumi.Output.json_dumps(pattern),
        tags=stage.tags,
        opts=child,
    )
    permission = aws.lambda_.Permission(
        f"{name}-permission",
        function=function.name,
        action="lambda:InvokeFunction",
        principal="events.amazonaws.com",
        source_arn=rule.arn,
        opts=child,
    )
    return aws.cloudwatch.EventTarget(
        name,  # the id of a target is as short as the name of a rule
        rule=rule.name,
        arn=function.arn,
        input_path="$.detail",
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[permission, *after]),
    )
