"""The table of examples tells of each, and of nothing that is not there."""

import re

from tests.examples.callers import EXAMPLES


def test_the_table_has_every_example() -> None:
    rows = [
        line for line in (EXAMPLES / "README.md").read_text().splitlines() if line.startswith("| ")
    ]
    told = {link.split("/")[0] for row in rows for link in re.findall(r"\]\(([\w./]+)\)", row)}
    there = {path.name for path in EXAMPLES.iterdir()} - {"README.md"}
    assert there <= told


def test_the_links_lead_to_files() -> None:
    links = re.findall(r"\]\(([\w./]+)(?:#[\w-]+)?\)", (EXAMPLES / "README.md").read_text())
    assert links
    assert [link for link in links if not (EXAMPLES / link).exists()] == []
