"""Events about new objects have their version, and reach a rule's function, as on AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.local_stack import eventually

if TYPE_CHECKING:
    from tests.local.cloud.patches.functions import Deployer, Function


def bucket_with_events(deploy: Deployer, function: Function, versioning: str) -> str:
    """A bucket whose new objects below `incoming/` are passed to the function."""
    bucket = deploy.create("Bucket").id
    if versioning:
        deploy.create(
            "BucketVersioning", bucket=bucket, versioningConfiguration={"status": versioning}
        )
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [bucket]}, "object": {"key": [{"prefix": "incoming/"}]}},
    }
    rule = deploy.create("EventRule", eventPattern=json.dumps(pattern)).outputs
    deploy.allow_calls(function, "events.amazonaws.com", str(rule["arn"]))
    deploy.create("EventTarget", rule=rule["name"], arn=function.arn, inputPath="$.detail")
    deploy.create("BucketNotification", bucket=bucket, eventbridge=True)
    return bucket


def objects(function: Function, number: int) -> list[dict[str, Any]]:
    """Wait for this number of events; return their objects."""
    found = eventually(
        lambda: events if len(events := function.events()) >= number else None, f"{number} events"
    )
    return [event["object"] for event in found]


def test_each_event_has_the_version_of_its_object(deploy: Deployer) -> None:
    function, s3 = deploy.function(), deploy.aws.s3
    bucket = bucket_with_events(deploy, function, "Enabled")
    keys = ["incoming/a.csv", "incoming/a.csv", "incoming/größe 承認.csv"]

    versions = {
        s3.put_object(Bucket=bucket, Key=key, Body=b"rows")["VersionId"]: key for key in keys
    }

    found = objects(function, len(keys))
    assert {it["version-id"]: it["key"] for it in found} == versions
    assert len(versions) == len(found) == 3


def test_a_file_uploaded_in_parts_is_one_event_with_its_version(deploy: Deployer) -> None:
    function, s3 = deploy.function(), deploy.aws.s3
    bucket = bucket_with_events(deploy, function, "Enabled")
    place: Any = {"Bucket": bucket, "Key": "incoming/large.csv"}
    upload: Any = {**place, "UploadId": s3.create_multipart_upload(**place)["UploadId"]}
    bodies = enumerate((b"r" * 5 * 1024 * 1024, b"rows"), 1)
    parts: Any = [
        {"PartNumber": n, "ETag": s3.upload_part(**upload, PartNumber=n, Body=body)["ETag"]}
        for n, body in bodies
    ]

    made: Any = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})

    [found] = objects(function, 1)
    assert (found["key"], found["version-id"]) == ("incoming/large.csv", made["VersionId"])


def test_other_prefixes_reach_no_function(deploy: Deployer) -> None:
    function, s3 = deploy.function(), deploy.aws.s3
    bucket = bucket_with_events(deploy, function, "Enabled")

    for key in ("published/a.csv", "samples/a.csv", "incoming", "x/incoming/a", "incoming/last"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"rows")

    assert [it["key"] for it in objects(function, 1)] == ["incoming/last"]


@pytest.mark.parametrize("versioning", ["", "Suspended"])
def test_an_object_without_a_version_of_its_own_has_none_in_its_event(
    deploy: Deployer, versioning: str
) -> None:
    function, s3 = deploy.function(), deploy.aws.s3
    bucket = bucket_with_events(deploy, function, versioning)

    s3.put_object(Bucket=bucket, Key="incoming/a.csv", Body=b"rows")

    [found] = objects(function, 1)
    assert found.get("version-id", "null") == "null"
