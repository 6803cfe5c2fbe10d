"""A gate with the longest names and the maximum number of places, and the stack's rules."""

import pulumi

from components import EvidencePlace, ReviewGate, ReviewGateArgs, Settings, Stage
from components.review_gate import MAX_PLACES
from components.settings.names import LONGEST_GATE

ReviewGate(
    "g" * LONGEST_GATE,
    ReviewGateArgs(
        stage=Stage(name="s" * 100, log_retention_days=30, protected=True),
        evidence=[
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
            EvidencePlace(
                bucket_arn=f"arn:aws:s3:::{number:063}",
                prefix="p" * 100,
                kms_key_arn=f"arn:aws-us-gov:kms:us-gov-west-1:{number:012}:key/{'k' * 64}",
            )
            for number in range(MAX_PLACES)
        ],
        rules=Settings.load(pulumi.Config("signoff")).gate,
    ),
)
