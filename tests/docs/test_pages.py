"""The pages are consistent: links and anchors resolve, and lists match the program."""

import gzip
import inspect
import json
import re
import shlex
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from components.operations.counts import PROBLEMS
from lambdas.datasets.announcing import DatasetTopic
from lambdas.datasets.counts import count
from lambdas.datasets.errors import FileTooLarge, InvalidFile
from lambdas.datasets.limits import LARGEST_FILE, check_size
from lambdas.datasets.metadata import encoded
from lambdas.datasets.objects import opened
from lambdas.datasets.publishing import Dataset
from lambdas.domain.review.events import Event
from signoff.__main__ import COMMANDS, signoff
from tests.docs.pages import (
    PAGES,
    README,
    anchors,
    commands,
    first_cells,
    inline_commands,
    links,
    name_of,
    section,
    text_of,
)
from tests.language.banned import findings
from tests.local_stack import ROOT

REVIEW_ID = "k3f2a7cqxb5mnw4d"
"""Review ID of the documentation's examples."""
MOST_LINES = 150


def test_the_readme_is_short() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_has_no_banned_phrase(page: Path) -> None:
    """Quoted and generated texts are checked at their source."""
    text = re.sub(r"<!-- Written by .*?<!-- End ", "", page.read_text("utf-8"), flags=re.DOTALL)
    assert [(it.phrase, it.instead) for it in findings(re.sub(r"`[^`\n]*`", "", text))] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_within_the_repository_resolve(page: Path) -> None:
    broken: list[str] = []
    for link in links(page):
        if re.match(r"https?:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_page_is_reachable_from_the_readme() -> None:
    reached, following = {README}, [README]
    while following:
        page = following.pop()
        targets = {(page.parent / link.partition("#")[0]).resolve() for link in links(page)}
        new = (targets & set(PAGES)) - reached
        reached |= new
        following += new
    assert reached == set(PAGES)


def test_every_command_of_the_command_line_has_an_example() -> None:
    shown = {
        words[words.index("signoff") + 1]
        for command in commands()
        if command.page == "docs/cli.md" and "signoff" in (words := command.text.split())
    }
    assert set(COMMANDS) <= shown


@pytest.mark.parametrize(("page", "text"), sorted(inline_commands()))
def test_an_inline_command_is_valid(page: str, text: str) -> None:
    _, name, *arguments = shlex.split(text.replace("…", "x"))
    group = signoff.make_context("signoff", ["--", name], resilient_parsing=True)
    command = signoff.get_command(group, name)
    assert command
    # A sentence can name only the command, or omit the stage.
    if arguments:
        given = [REVIEW_ID if it == "ID" else it for it in arguments]
        needs_id = any(it.name == "review_id" for it in command.params)
        if needs_id and REVIEW_ID not in given:
            given = [REVIEW_ID, *given]
        command.make_context(name, given, parent=group)


def test_every_output_is_described() -> None:
    exported = re.findall(r'pulumi\.export\(\s*"(\w+)"', (ROOT / "__main__.py").read_text())
    rows = first_cells(section("docs/configuration.md", "Stack outputs"))
    described = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert exported
    assert sorted(described) == sorted(exported)


def test_every_event_of_the_audit_log_is_described() -> None:
    rows = first_cells(section("docs/audit-log.md", "Entries"))
    described = {name for row in rows for name in re.findall(r"`(review\.\w+)`", row)}
    assert described == set(Event)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_log_line_that_triggers_an_alarm_is_described(problem: str) -> None:
    described = " ".join(first_cells(section("docs/operations.md", "Alarms")))
    assert f"{problem.replace('*', 'EVENT ')}`" in described


def test_the_message_to_consumers_is_described() -> None:
    [example] = re.findall(
        "```json\n(.*?)```", section("docs/your-data.md", "Attach your consumer"), re.DOTALL
    )
    described = json.loads(example)
    source = described["source"]
    unread: Any = {"sha256": "", "delimiter": None, "flag_column": ""}
    dataset = Dataset(bucket=described["bucket"], **unread, **source)
    published = {name: described[name] for name in ("key", "version_id", "rows", "sha256")}
    client: Any = Mock()
    DatasetTopic(client, "arn", described["stage"]).announce(dataset, published, described)
    assert json.loads(client.publish.call_args.kwargs["Message"]) == described


def _failure_of(content: bytes) -> InvalidFile:
    with pytest.raises(InvalidFile) as raised:
        count(opened([content])[1], "flagged", None)
    return raised.value


def test_the_errors_of_invalid_files_are_described() -> None:
    good = "1,2,3,4,5,no\n"
    start = f"a,b,c,d,e,flagged\n{good * 6}".encode()
    with pytest.raises(FileTooLarge) as too_large:
        check_size(LARGEST_FILE + 1)
    failures = [
        _failure_of(start + b"1,2,3,4,5,maybe\n"),
        _failure_of(start + good.encode() * 205 + b"1,2,3,4,no\n"),
        _failure_of(b"PK\x03\x04"),
        _failure_of(gzip.compress(start)[:-1]),
        too_large.value,
    ]
    described = section("docs/your-data.md", "File format")
    for failure in failures:
        error = type(failure).__name__
        assert f"| `{error}` | `incoming/orders.csv: {failure}` |" in described


def test_the_encoding_of_metadata_is_the_one_that_is_used() -> None:
    """Without `maxlinelen`, long text is folded into lines, which a header does not have."""
    call = 'email.header.Header(text, "utf-8", maxlinelen=0).encode()'
    assert f"`{call}`" in section("docs/your-data.md", "Attach your producer")
    assert call in inspect.getsource(encoded)


def test_every_example_is_listed() -> None:
    table = text_of("examples/README.md").partition("\n## ")[0]
    listed = {link.split("/")[0] for link in re.findall(r"\]\(([\w./]+)\)", table)}
    examples = {it.name for it in (ROOT / "examples").iterdir()} - {"README.md"}
    assert examples <= listed
