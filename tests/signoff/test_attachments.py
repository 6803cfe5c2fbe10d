"""`signoff ask --evidence`: uploads files and pins the review to exactly these versions."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.http_stub import Answer
from tests.signoff.conftest import json_response
from tests.signoff.reviews import BUCKET, REVIEW_ID

if TYPE_CHECKING:
    from pathlib import Path

    from tests.signoff.conftest import Scripted, Scripts
    from tests.signoff.local_stacks import Desk

ASKED = json_response({"review_id": REVIEW_ID}, 201)
ASK = ("ask", "--title", "Promote?", "--requested-by", "kim", "--local")
KEY = re.compile(r"attachments/[0-9a-f]{32}/(\w+\.txt)")


def version(name: str) -> Answer:
    return Answer(200, b"", {"x-amz-version-id": name})


def with_files(scripts: Scripts, *answers: Any, files: tuple[str, ...] = ("a.txt",)) -> Scripted:
    """A terminal with these responses and these files."""
    stage = scripts(*answers)
    for name in files:
        (stage.terminal.folder / name).write_text(name)
    return stage


def sent(stage: Scripted) -> dict[str, Any]:
    """The request sent after the uploads."""
    *uploads, (method, path, body) = stage.stub.asked
    assert {it[0] for it in uploads} == {"PUT"}
    assert (method, path) == ("POST", "/asker/reviews")
    return json.loads(body)


def test_files_are_uploaded_and_pinned_to_their_versions(scripted: Scripts) -> None:
    stage = with_files(scripted, version("v1"), version("v2"), ASKED, files=("a.txt", "b.txt"))
    result = stage.terminal.run(*ASK, "--evidence", "a.txt", "--evidence", "b.txt", "--json")
    assert result.json == {"review_id": REVIEW_ID, "answer": None}
    assert result.err == "Uploading a.txt\nUploading b.txt\n"
    evidence = sent(stage)["evidence"]
    assert [(it["bucket"], it["version_id"]) for it in evidence] == [(BUCKET, "v1"), (BUCKET, "v2")]
    assert [KEY.sub(r"\1", it["key"]) for it in evidence] == ["a.txt", "b.txt"]
    assert len({it["key"].split("/")[1] for it in evidence}) == 2
    assert [path for _, path in stage.asked[:2]] == [f"/{BUCKET}/{it['key']}" for it in evidence]


def test_uploaded_files_are_added_to_the_evidence_of_the_request(scripted: Scripts) -> None:
    stage = with_files(scripted, version("v1"), ASKED)
    own = {"bucket": "models", "key": "reports/churn.pdf", "name": "Evaluation"}
    request = json.dumps({"title": "Promote?", "evidence": [own]})
    command = ("ask", "-", "--requested-by", "kim", "--local", "--evidence", "a.txt")
    assert stage.terminal.run(*command, stdin=request).status == 0
    first, second = sent(stage)["evidence"]
    assert first == own
    assert second.keys() == {"bucket", "key", "version_id"}


WRONG: list[tuple[dict[str, Any], tuple[str, ...], str]] = [
    ({"title": "x" * 151}, (), "Invalid request: title must be one line"),
    ({"facts": []}, (), "Invalid request: facts must be a JSON object"),
    ({"evidence": "all"}, (), "Invalid request: evidence must be a list"),
    ({"evidence": [{"key": "x"}]}, (), "Invalid request: evidence[0].bucket"),
    ({"unknown": 1}, (), "Invalid request: the request has an unknown field 'unknown'"),
    ({}, ("--timeout", "soon"), "Invalid request: timeout must be a duration"),
    ({}, ("--question", "q:choice=Which?"), "The kind of a question must be one of"),
    ({}, ("--evidence", "missing.txt"), "Could not read missing.txt: No such file or directory."),
    ({}, ("--evidence", "."), ". is a folder."),
    ({}, ("--evidence", "a.txt") * 5, "A request has at most 5 evidence files, got 6."),
    (
        {"evidence": [{"bucket": "b", "key": str(n)} for n in range(5)]},
        (),
        "A request has at most 5 evidence files, got 6.",
    ),
]


@pytest.mark.parametrize(("fields", "options", "error"), WRONG)
def test_an_invalid_request_uploads_nothing(
    scripted: Scripts, fields: dict[str, Any], options: tuple[str, ...], error: str
) -> None:
    stage = with_files(scripted, version("v1"))
    command = ("ask", "-", "--requested-by", "kim", "--local", "--evidence", "a.txt", *options)
    result = stage.terminal.run(*command, stdin=json.dumps({"title": "Promote?", **fields}))
    assert (result.status, result.out, stage.asked) == (2, "", [])
    assert error in result.err


def test_a_failed_upload_requests_nothing(scripted: Scripts) -> None:
    denied = Answer(403, b"<Error><Code>AccessDenied</Code><Message>No</Message></Error>")
    stage = with_files(scripted, version("v1"), denied, files=("a.txt", "b.txt"))
    result = stage.terminal.run(*ASK, "--evidence", "a.txt", "--evidence", "b.txt")
    assert (result.status, result.out) == (1, "")
    assert "policy/askers to ask" in result.err
    assert result.err.endswith("No review was requested.\n")
    assert [method for method, _ in stage.asked] == ["PUT", "PUT"]


def test_evidence_without_a_version_requests_nothing(scripted: Scripts) -> None:
    stage = with_files(scripted, Answer(200, b""))
    result = stage.terminal.run(*ASK, "--evidence", "a.txt")
    assert (result.status, len(stage.asked)) == (1, 1)
    assert "did not create a version of attachments/" in result.err


@pytest.mark.xdist_group("command-line")
def test_an_asker_attaches_files_and_the_answer_names_them(desk: Desk, tmp_path: Path) -> None:
    asker = desk.stage.people.user(managed=desk.stage.outputs["asker_policy_arn"])
    (tmp_path / "größe.txt").write_text("three")
    command = ("ask", "--title", "With a file?", "--evidence", "größe.txt", "--stage", "dev")
    with desk.deciding("With a file?", "approve"):
        result = desk.on_aws(tmp_path, asker).run(*command, "--wait", "--json")
    assert result.status == 0, result.err
    [file] = result.json["answer"]["evidence"]
    [shown] = desk.run("show", result.json["review_id"], "--json").json["evidence"]
    version = {"Bucket": file["bucket"], "Key": file["key"], "VersionId": file["version_id"]}
    assert desk.stage.client("s3").get_object(**version)["Body"].read() == b"three"
    assert (file["name"], shown["name"], shown["size"]) == ("größe.txt", "größe.txt", 5)
    assert (shown["key"], shown["version_id"]) == (file["key"], file["version_id"])
