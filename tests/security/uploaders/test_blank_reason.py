"""An uploader replaces reasons with characters that nobody sees, or with Signoff's own words."""

import pytest

from tests.lambdas.datasets.conftest import Bucket


@pytest.mark.parametrize("why", [" ", "\t", "\u200b", "\u3000", "\u2800", "\u202e", '" "'])
def test_a_row_with_a_blank_reason_is_flagged(bucket: Bucket, why: str) -> None:
    bucket.put(f"id,flagged,why\n1,false,{why}\n2,false,\n")

    facts = bucket.check()["request"]["facts"]

    assert facts == {"Rows": 2, "Flagged rows": 1, "No reason given": 1}


@pytest.mark.parametrize("why", ["Rows", "flagged rows", "Flagged\u200b rows", "OTHER REASONS"])
def test_a_reason_does_not_replace_a_fact_of_signoff(bucket: Bucket, why: str) -> None:
    bucket.put(f"id,flagged,why\n1,true,{why}\n2,false,\n")

    facts = bucket.check()["request"]["facts"]

    assert facts == {"Rows": 2, "Flagged rows": 1, "Other reasons": 1}
