"""Regions outside the partition `aws`: all names are in the region's partition."""

import json
import re

import pytest

from tests.components.deployments import CHECK_FUNCTION, EVERYTHING, deploy
from tests.components.engine import REGION

PARTITIONS = {
    "cn-north-1": ("aws-cn", "amazonaws.com.cn", "cn-north-1.console.amazonaws.cn"),
    "us-gov-west-1": (
        "aws-us-gov",
        "amazonaws.com",
        "us-gov-west-1.console.amazonaws-us-gov.com",
    ),
}
ARN = re.compile(r"arn:([a-z-]+):")
HOST = re.compile(r"https?://(?![^/]*console)[a-z0-9.-]*(amazonaws\.[a-z.]+)")


@pytest.mark.parametrize("program", ["__main__.py", "tests/components/foreign_host.py"])
@pytest.mark.parametrize("region", PARTITIONS)
def test_every_arn_and_host_name_is_in_the_regions_partition(program: str, region: str) -> None:
    partition, suffix, _ = PARTITIONS[region]
    config = {**EVERYTHING, "checkFunctionArn": CHECK_FUNCTION.replace("aws", partition)}
    deployment = deploy("dev", config, program=program, region=region)

    assert deployment.error is None
    known = json.dumps([*(it.inputs for it in deployment.resources), deployment.outputs])
    for from_the_program in ("arn:aws:s3:::payouts", f"arn:aws:kms:{REGION}:111122223333:"):
        known = known.replace(from_the_program, "")
    assert {*ARN.findall(known)} == {partition}
    assert {*HOST.findall(known)} <= {suffix}


@pytest.mark.parametrize("region", PARTITIONS)
def test_the_dashboard_is_in_the_partitions_console(region: str) -> None:
    *_, console = PARTITIONS[region]

    address = deploy("dev", EVERYTHING, region=region).outputs["dashboard_url"]

    assert address.startswith(f"https://{console}/cloudwatch/home?region={region}#")
