"""A function that works on reviews: it knows them, and announces what became of them."""

from dataclasses import replace

import pulumi

from components.functions.python_function import PythonFunction, PythonFunctionArgs
from components.reviews.store import ReviewStore


def review_function(
    name: str,
    args: PythonFunctionArgs,
    *,
    store: ReviewStore,
    topic_arn: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> PythonFunction:
    """The function with what all of these know and may: the store, and the topic."""
    return PythonFunction(
        name,
        replace(
            args,
            environment={**store.environment, "REVIEW_TOPIC_ARN": topic_arn, **args.environment},
            grants={**store.grants, "topic_arn": topic_arn, **args.grants},
        ),
        opts,
    )
