"""Every command on a deployed stage: text at two widths, and JSON."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from tests.api.description import DESCRIPTION, FILE
from tests.golden import compare
from tests.local_stack import ROOT, eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.signoff.local_stacks import Desk
    from tests.signoff.terminal import Result

pytestmark = pytest.mark.xdist_group("command-line")

REQUEST: dict[str, Any] = {
    "title": "Promote churn-model 7 to production?",
    "summary": "It beats version 6 on every slice but one.\nThe report says which.",
    "facts": {"AUC": 0.934, "Trained on rows": 1_250_000, "Team": "customer analytics"},
    "gauge": {"name": "Failing slices", "value": 0.04, "limit": 0.05},
    "preview": {"columns": ["slice", "6", "7"], "rows": [["new", 0.88, 0.91], ["others", 1, 2]]},
    "links": {"Training run": "https://ci.example.com/runs/7"},
    "questions": [
        {"name": "traffic", "label": "Share of traffic", "kind": "number", "required": True},
        {"name": "when", "label": "When", "kind": "choice", "choices": ["at once", "tonight"]},
    ],
    "requested_by": "U012ABCDEF",
    "context": {"model": "churn"},
}
WIDTHS = (80, 120)
SCHEMAS = json.loads((ROOT / "signoff/schemas.json").read_text())
PLACEHOLDERS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"http://127\.0\.0\.1:\d+/_aws/execute-api/\w+", "https://API"),
    (r"\b(ask|start)-[0-9a-f]{16}\b", r"\1-0123456789abcdef"),
    (r"(-machine)-[0-9a-f]{7}\b", r"\1-0123456"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?( UTC)?", lambda it: re.sub(r"\d", "0", it[0])),
    (r"(AWS account )\d{5}…", r"\g<1>11111…"),
    (r"(\?review=\w{16})\.[0-9a-f]{32}\b", r"\1.KEY"),
)


class Transcript:
    """Commands and their output, with placeholders for values that vary."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._written: dict[int, list[str]] = {columns: [] for columns in WIDTHS}
        self._placeholders = {desk.stage.account: "1" * 12}

    def add_id(self, review_id: str) -> str:
        """Show an ID as a placeholder; return the ID."""
        self._placeholders[review_id] = "_abcdefgh"[len(self._placeholders)] * 16
        next_second()
        return review_id

    def run_at_widths(self, *arguments: str) -> None:
        """Run a command whose output depends on the width."""
        for columns in WIDTHS:
            self._write(columns, self._desk.at_width(columns).run(*arguments), *arguments)

    def run(self, *arguments: str) -> Result:
        result = self._desk.run(*arguments)
        for columns in WIDTHS:
            self._write(columns, result, *arguments)
        return result

    def _write(self, columns: int, result: Result, *arguments: str) -> None:
        typed = " ".join(f"'{it}'" if " " in it else it for it in arguments)
        parts = (f"$ signoff {typed}", result.out, result.err and f"[error output]\n{result.err}")
        status = f"[exit status {result.status}]" if result.status else ""
        written = "\n".join(filter(None, (it.rstrip("\n") for it in (*parts, status))))
        self._written[columns].append(written)

    def text(self, columns: int) -> str:
        text = "\n\n".join(self._written[columns]) + "\n"
        for real, placeholder in self._placeholders.items():
            text = text.replace(real, placeholder)
        for pattern, placeholder in PLACEHOLDERS:
            text = re.sub(pattern, placeholder, text)
        return "\n".join(line.rstrip() for line in text.split("\n"))


def test_text_output_matches_the_golden_files(desk: Desk, renew: bool) -> None:
    transcript = Transcript(desk)
    earlier = desk.ask("Earlier?")
    next_second()
    desk.run("start", "--anomaly-rate", "0.08", "--title", "Customer upload")
    first = transcript.add_id(desk.wait_for_review("Customer upload"))
    desk.run("reject", earlier, "--yes", "--reason", "To fill the history")
    model = transcript.add_id(desk.ask(REQUEST["title"], write(desk, REQUEST)))
    other = transcript.add_id(desk.ask("Delete staging?", "--timeout", "90m", "--fact", "Nodes=12"))
    transcript.run_at_widths("list")
    transcript.run_at_widths("show", model)
    transcript.run("open", model)
    transcript.run("remind", other)
    transcript.run("remind", other)
    transcript.run("approve", model, "--yes")
    transcript.run("approve", model, "--yes", "--answer", "traffic=lots")
    answers = ("--answer", "traffic=5", "--answer", "when=tonight")
    transcript.run("approve", model, *answers, "--reason", "Go")
    transcript.run("approve", model, "--yes", *answers, "--reason", "Go")
    desk.wait_for_notification(model, "review.decided")
    transcript.run_at_widths("show", model)
    transcript.run("approve", model, "--yes")
    transcript.run("reject", first, "--yes")
    transcript.run("reject", first, "--yes", "--reason", "An accidental push")
    transcript.run("cancel", other, "--yes", "--reason", "Already deleted")
    transcript.run("cancel", other)
    transcript.run("remind", other)
    transcript.run("show", "f" * 16)
    transcript.run_at_widths("list")
    transcript.run_at_widths("history", "--limit", "3")
    transcript.run_at_widths("list", "--status", "rejected", "--limit", "1")
    transcript.run("ask", "--title", "Log in?", "--link", "Run=http://ci.example.com")
    mine = transcript.add_id(
        transcript.run("ask", "--title", "Log out?").out.rpartition("(")[2][:16]
    )
    transcript.run("withdraw", mine, "--reason", "Logged out already")
    transcript.run("wait", mine)
    transcript.run("start", "--rows", "10", "--anomaly-rate", "0")
    transcript.run("outputs", "slack_channel")
    transcript.run("outputs", "slack_chanel")
    transcript.run("manifest")
    for columns in WIDTHS:
        golden = Path(__file__).parent / f"golden_files/at_{columns}_columns.txt"
        compare(golden, transcript.text(columns), renew=renew)


def test_json_output_matches_the_schemas(desk: Desk) -> None:
    def read(command: str, *arguments: str) -> Any:
        result = desk.run(command, *arguments, "--json")
        assert result.status == 0, result.err
        assert result.err == ""
        jsonschema_rs.validate(
            {**SCHEMAS, "$ref": f"#/$defs/{command}"},
            result.json,
            registry=jsonschema_rs.Registry([(FILE.as_uri(), dict(DESCRIPTION))]),
            base_uri=(ROOT / "signoff/schemas.json").as_uri(),
        )
        return result.json

    asked = [desk.ask(REQUEST["title"], write(desk, REQUEST)) for _ in range(2)]
    asked.append(read("ask", write(desk, REQUEST))["review_id"])
    assert {it["review_id"] for it in read("list")["reviews"]} == set(asked)
    assert read("show", asked[0])["facts"] == REQUEST["facts"]
    assert read("open", asked[0])["review_id"] == asked[0]
    assert read("remind", asked[0])["status"] == "PENDING"
    answer = ("--yes", "--answer", "traffic=5")
    assert read("approve", asked[0], *answer)["answers"] == {"traffic": 5}
    assert read("reject", asked[1], *answer, "--reason", "No")["reason"] == "No"
    assert read("cancel", asked[2], "--yes")["status"] == "CANCELLED"
    assert len(read("history", "--limit", "2")["reviews"]) == 2
    assert read("list", "--status", "CANCELLED", "--limit", "1")["reviews"]
    started = ("start", "--rows", "10", "--anomaly-rate", "0")
    assert read(*started)["execution_arn"]
    own = read("ask", "--title", "Log out?")["review_id"]
    assert read("withdraw", own)["status"] == "CANCELLED"
    assert read("outputs") == desk.stage.outputs
    assert read("outputs", "slack_channel") == desk.stage.outputs["slack_channel"]
    execution = desk.run(*started, "--wait", "--json").json
    assert execution["status"] == "SUCCEEDED"
    assert desk.run("wait", execution["execution_arn"], "--json").json == execution
    assert read("manifest") == json.loads(desk.stage.outputs["slack_app_manifest"])


def next_second() -> None:
    """Wait for the next second, so that the next review is sorted after the existing ones."""
    now = int(time.time())
    eventually(lambda: int(time.time()) > now, "another second")


def write(desk: Desk, request: dict[str, Any]) -> str:
    """Write the request to a file; return its path."""
    file = desk.terminal.folder / "request.json"
    file.write_text(json.dumps(request))
    return str(file)
