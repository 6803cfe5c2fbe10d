"""Links to the evidence."""

import urllib.parse

import boto3

from lambdas.shared.store.evidence import presign
from tests.lambdas.conftest import make_file


def test_a_presigned_link_pins_the_version_and_is_saved_not_shown(moto_aws: None) -> None:
    link = presign(boto3.client("s3"), make_file(), 300)

    query = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)
    assert query["versionId"] == ["v1"]
    assert query["X-Amz-Expires"] == ["300"]
    assert query["response-content-disposition"] == ["attachment; filename*=UTF-8''run-1.csv"]
