"""Rules for every resource: strictness and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.deployment.resources import make
from local.errors import ResourceError
from tests.local.deployment.resources.maker import TRUST, Maker

if TYPE_CHECKING:
    from local.cloud.account import Account


def test_an_unknown_type_is_refused_by_name(account: Account) -> None:
    with pytest.raises(
        ResourceError, match=r"aws:kms/key:Key mine: the local stack does not support this"
    ):
        make(account, "aws:kms/key:Key", "mine", {})


def test_an_unknown_input_is_refused_by_name(create: Maker) -> None:
    with pytest.raises(ResourceError, match=r"aws:sns/topic:Topic it: .* the input archivePolicy"):
        create("Topic", archivePolicy="{}")


def test_an_error_of_the_cloud_names_the_resource(create: Maker) -> None:
    with pytest.raises(
        ResourceError, match=r"aws:s3/bucketVersioning:BucketVersioning it: .*Bucket"
    ):
        create("BucketVersioning", bucket="nowhere", versioningConfiguration={"status": "Enabled"})


def test_names_are_the_logical_name_and_seven_random_digits(create: Maker) -> None:
    first, second = create("Queue", "post").outputs, create("Queue", "post").outputs
    assert str(first["name"])[:5] == "post-"
    assert len(str(first["name"])) == len("post-") + 7
    assert first["name"] != second["name"]


def test_a_name_longer_than_aws_allows_is_refused(create: Maker) -> None:
    with pytest.raises(ResourceError, match="has 68 characters, the maximum is 64"):
        create("Role", "r" * 60, assumeRolePolicy=TRUST)
