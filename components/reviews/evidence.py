"""Evidence locations: the gate pins files there, links to them, and reads nothing else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.python_function import PythonFunction
from components.settings.keys import SettingsError
from components.settings.rules import show

_KMS_KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, kw_only=True)
class EvidencePlace:
    """Files in a versioned bucket whose keys start with `prefix`; if empty, all files.

    The bucket must be in the gate's region: S3 rejects links signed for another one. Raises
    `SettingsError` for a prefix that is too long or contains policy wildcards, and for an invalid
    KMS key ARN.
    """

    bucket_arn: pulumi.Input[str]
    prefix: str = ""
    kms_key_arn: pulumi.Input[str] | None = None
    """The customer managed key that encrypts the files. Its key policy must allow the use of IAM
    policies in the gate's account."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[\w !'()+,./:;=@&-]{0,100}", self.prefix, re.ASCII):
            raise SettingsError(
                "evidence prefixes must be at most 100 letters, digits, spaces and"
                f" !'()+,-./:;=@&_, got {show(self.prefix, 120)}"
            )
        if isinstance(self.kms_key_arn, str):
            _kms_key_arn(self.kms_key_arn)


def _kms_key_arn(arn: str) -> str:
    """Check that this is a key ARN, which policies require: not an alias, and not an id."""
    if not _KMS_KEY.fullmatch(arn):
        raise SettingsError(
            "evidence kmsKeyArn must be a key ARN such as"
            " arn:aws:kms:eu-central-1:111122223333:key/ID, not an alias,"
            f" got {show(arn, 120)}"
        )
    return arn


def places_as_json(places: Sequence[EvidencePlace]) -> pulumi.Output[str]:
    """The bucket names with their prefixes: `["bucket/incoming/"]`."""

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
    """Grant a function the permissions of `policies/DOCUMENT.json` on the files, and decryption."""
    if places:
        files = [pulumi.Output.concat(it.bucket_arn, f"/{it.prefix}*") for it in places]
        aws.iam.RolePolicy(
            name,
            role=function.role.name,
            policy=policy.render(document, evidence_files=pulumi.Output.all(*files)),
            opts=opts,
        )
    keys = [it.kms_key_arn for it in places if it.kms_key_arn is not None]
    if keys:
        several = pulumi.Output.all(*keys).apply(
            lambda arns: sorted({_kms_key_arn(arn) for arn in arns})
        )
        aws.iam.RolePolicy(
            f"{name}-keys",
            role=function.role.name,
            policy=policy.render("decrypt_evidence", kms_key_arns=several),
            opts=opts,
        )
