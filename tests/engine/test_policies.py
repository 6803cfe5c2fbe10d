"""Results of the policy pack for the stages and for a program with violations."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.engine.stacks import PACK, ROOT

if TYPE_CHECKING:
    from tests.engine.conftest import Stacks

CARELESS = Path(__file__).with_name("careless")
FOUND = {
    "buckets-are-private": {
        "open: must have a BucketPublicAccessBlock with all four settings",
        "open: must have a BucketServerSideEncryptionConfiguration",
        "open: must have a BucketVersioning with status Enabled",
    },
    "permissions-are-narrow": {
        "mighty: must name its actions, but allows s3:*",
        "far-reaching: must name its resources, but allows s3:GetObject on all",
        'public: must name its principals or have a condition, but allows "*"',
    },
    "data-is-encrypted": {
        "readable: must set kms_master_key_id",
        "readable-queue: must set sqs_managed_sse_enabled or kms_master_key_id",
        "readable-secret: must be a SecureString",
        "forgetful: must set server_side_encryption",
    },
    "logs-end": {
        "endless: must set retention_in_days",
        "talkative: must set logging_config.log_group to a log group of the stage",
    },
    "data-survives": {
        "open: must be protected: ResourceOptions(protect=True)",
        "open: must not set force_destroy",
        "forgetful: must be protected: ResourceOptions(protect=True)",
        "forgetful: must set deletion_protection_enabled",
        "forgetful: must enable point_in_time_recovery",
    },
    "secrets-stay-out-of-environments": {
        "talkative: must not have the secret SLACK_BOT_TOKEN in its environment: use an SSM"
        " parameter",
        "talkative: must not have the secret CHANNEL in its environment: use an SSM parameter",
    },
    "everything-is-tagged": {
        'untagged: must have the tags project and stage: "prod"',
        'of-another-stage: must have the tags project and stage: "prod"',
    },
}


def test_each_rule_reports_its_violations(stacks: Stacks, tmp_path: Path) -> None:
    folder = tmp_path / "careless"
    shutil.copytree(CARELESS, folder)
    (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    stack = replace(stacks("dev"), name="prod", folder=folder)
    stack.pulumi("stack", "init", "prod")

    answer = stack.on("preview", "--policy-pack", str(PACK), refused=True)

    found = {policy: set[str]() for _, policy, _, _ in answer.violations()}
    for level, policy, name, words in answer.violations():
        assert level == "mandatory"
        found[policy].add(f"{name}: {words}")
    assert found == FOUND


def test_a_new_stage_passes_the_policies_with_its_unknown_values(stacks: Stacks) -> None:
    answer = stacks("uat").on("preview", "--policy-pack", str(PACK))

    assert "Policies:" in answer.output
    assert [it for it in answer.violations() if it[0] == "mandatory"] == []
