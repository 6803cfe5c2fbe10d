"""A request names another file of the bucket as evidence, so that the page links to it.

The function behind the pages presigns links with its own permissions, limited to evidence
locations.
"""

import pytest

from tests.components.deployments import deploy, statements
from tests.policies.documents import BUCKET, document
from tests.policies.evaluation import allows

PUBLISHED, SECRET = f"{BUCKET}/published/one.csv", f"{BUCKET}/payroll.csv"


@pytest.mark.parametrize("name", ["link_to_evidence", "pin_evidence"])
def test_the_role_that_signs_links_may_read_only_evidence(name: str) -> None:
    assert allows([document(name)], "s3:GetObjectVersion", f"{BUCKET}/incoming/one.csv")
    for other in (PUBLISHED, SECRET, f"{BUCKET}/incoming"):
        assert not allows([document(name)], "s3:GetObjectVersion", other)


EVIDENCE = "arn:aws:s3:::signoff-evidence-bucket-0a1b2c3"


@pytest.mark.parametrize(
    ("program", "places"),
    [
        ("__main__.py", [f"{EVIDENCE}/{it}/*" for it in ("incoming", "attachments", "samples")]),
        ("tests/components/foreign_host.py", ["arn:aws:s3:::payouts/batches/*"]),
    ],
)
def test_evidence_must_be_in_the_hosts_configured_locations(
    program: str, places: list[str]
) -> None:
    """Published files and notes about them are not evidence."""
    deployment = deploy("dev", program=program)
    may_be_read = [
        file
        for statement in statements(deployment, "decision-api-role")
        if statement["Action"] == "s3:GetObjectVersion"
        for file in statement["Resource"]
    ]
    assert [it for it in places if it not in may_be_read] == []
    assert [it for it in may_be_read if EVIDENCE in it and it not in places] == []
