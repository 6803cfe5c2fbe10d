"""The workflow's first function: it writes a dataset and counts flagged rows."""

import pulumi

from components.functions.python_function import PythonFunction, PythonFunctionArgs
from components.settings.stage import Stage
from components.workflow.evidence_bucket import EvidenceBucket


def generate_function(
    flow: str, *, stage: Stage, bucket: EvidenceBucket, opts: pulumi.ResourceOptions
) -> PythonFunction:
    """The function of the flow with this name."""
    return PythonFunction(
        f"{flow}-generate-dataset",
        PythonFunctionArgs(
            stage=stage,
            function="generate_dataset",
            description="Writes a dataset to the evidence bucket and counts its flagged rows",
            timeout_seconds=60,
            environment={"EVIDENCE_BUCKET": bucket.name},
            grants={"bucket_arn": bucket.arn},
        ),
        opts,
    )
