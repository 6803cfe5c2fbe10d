"""Where evidence may be: the gate pins files there, links to them, and reads nothing else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.python_function import PythonFunction
from components.settings.keys import SettingsError
from components.settings.rules import show


@dataclass(frozen=True, kw_only=True)
class EvidencePlace:
    """The files of a bucket with versions whose keys begin with `prefix`; empty: all of them.

    Raises `SettingsError` for a prefix that is too long, or has what policies read as wildcards.
    """

    bucket_arn: pulumi.Input[str]
    prefix: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[\w !'()+,./:;=@&-]{0,100}", self.prefix, re.ASCII):
            raise SettingsError(
                "evidence must have prefixes of at most 100 letters, digits, spaces and any of"
                f" !'()+,-./:;=@&_, got {show(self.prefix, 120)}"
            )


def places_as_json(places: Sequence[EvidencePlace]) -> pulumi.Output[str]:
    """The buckets' names, each with its prefix: `["bucket/incoming/"]`."""

    def named(arns: list[str]) -> list[str]:
        names = [arn.rpartition(":")[2] for arn in arns]
        return [f"{name}/{place.prefix}" for name, place in zip(names, places, strict=True)]

    arns = pulumi.Output.all(*(place.bucket_arn for place in places))
    return pulumi.Output.json_dumps(arns.apply(named))


def allow_evidence(
    name: str,
    document: str,
    places: Sequence[EvidencePlace],
    function: PythonFunction,
    opts: pulumi.ResourceOptions,
) -> None:
    """Let a function do with the files what `policies/DOCUMENT.json` says."""
    if places:
        files = [pulumi.Output.concat(it.bucket_arn, f"/{it.prefix}*") for it in places]
        aws.iam.RolePolicy(
            name,
            role=function.role.name,
            policy=policy.render(document, evidence_files=pulumi.Output.all(*files)),
            opts=opts,
        )
