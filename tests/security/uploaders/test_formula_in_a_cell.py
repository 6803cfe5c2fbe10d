"""A cell holds a formula, a link or markup, for whoever sees the preview."""

import json
from datetime import timedelta
from typing import Any

import pytest

from lambdas.domain.review.request_rules import parse_request
from lambdas.domain.slack import content
from tests.lambdas.conftest import make_review
from tests.lambdas.datasets.conftest import Bucket
from tests.lambdas.web.parts import LINKS_DECIDE, Parts

CELLS = [
    '=HYPERLINK("https://evil.example/","Approve")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "<https://evil.example/|Approve>",
    "<script>alert(1)</script>",
    "*bold* <!channel> &lt;",
]


def review(bucket: Bucket, cell: str) -> Any:
    """A review of a file with this cell, as the gate stores it."""
    quoted = cell.replace('"', '""')
    bucket.put(f'note,flagged,why\n"{quoted}",yes,"{quoted}"\n')
    request = bucket.check()["request"]
    parsed = parse_request(request, (f"{bucket.name}/",), timedelta(hours=1))
    return make_review(facts=parsed.facts, preview=parsed.preview)


@pytest.mark.parametrize("cell", CELLS)
def test_slack_shows_it_as_text(bucket: Bucket, cell: str) -> None:
    [table] = content.preview(review(bucket, cell))

    assert table["rows"][1] == [{"type": "raw_text", "text": cell}] * 2
    for block in content.facts(review(bucket, cell)):
        shown = json.dumps(block)
        assert "<https" not in shown
        assert "<!channel>" not in shown


@pytest.mark.parametrize("cell", CELLS)
def test_the_page_shows_it_as_text(bucket: Bucket, cell: str) -> None:
    shown = review(bucket, cell)

    page = Parts(LINKS_DECIDE.of(shown, shown.deadline - timedelta(hours=1)))

    assert cell in [it.text for it in page.all("td")]
    assert not [it for it in page.all("a") if "evil.example" in it.attributes["href"]]
    assert "alert(1)" not in "".join(it.text for it in page.all("script"))
