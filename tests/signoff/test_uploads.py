"""`signoff start --file`: uploads a file, prints its execution, and waits for it."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from lambdas.datasets.limits import LARGEST_FILE
from lambdas.datasets.metadata import decoded
from lambdas.datasets.names import execution_name
from lambdas.datasets.uploads import LARGEST_UPLOAD, PART_BYTES
from lambdas.datasets.workflow_input import FILE_KEY_LIMIT
from signoff import polling, uploads, workflow
from signoff.errors import WrongUsage
from signoff.stage import Stage
from tests.http_stub import Answer
from tests.local_stack import ROOT, eventually
from tests.signoff.reviews import BUCKET, STATES
from tests.signoff.test_workflow import listed

if TYPE_CHECKING:
    from tests.signoff.conftest import Scripted, Scripts
    from tests.signoff.local_stacks import Desk

SCHEMA = json.loads((ROOT / "signoff/schemas.json").read_text())["$defs"]["start"]
ROWS = b"id,flagged\n1,no\n2,no\n"
NAME = "orders.csv"
KEY, VERSION = f"incoming/{NAME}", "3HL4kqtJvjVBH40Nrjfkd"
ARN = f"{STATES}:execution:workflow:{execution_name(BUCKET, KEY, VERSION)}"
PUT = Answer(200, b"", {"x-amz-version-id": VERSION})
UNLISTED: dict[str, Any] = {"executions": []}
START = ("start", "--file", NAME, "--requested-by", "kim", "--local")


def with_file(scripts: Scripts, *answers: Any, rows: bytes = ROWS) -> Scripted:
    """A terminal with these responses and the file."""
    stage = scripts(*answers)
    (stage.terminal.folder / NAME).write_bytes(rows)
    return stage


def test_a_file_is_uploaded_and_its_execution_printed(scripted: Scripts) -> None:
    stage = with_file(scripted, PUT)
    result = stage.terminal.run(*START)
    assert (result.status, result.err) == (0, f"Uploading {NAME}\n")
    assert result.out == (
        f"Uploaded: s3://{BUCKET}/{KEY}\n"
        f"Starting: {ARN}\n"
        "If it requests a review, see: signoff list --local\n"
    )
    assert stage.asked == [("PUT", f"/{BUCKET}/{KEY}")]


def test_programs_read_the_execution_and_the_version(scripted: Scripts) -> None:
    result = with_file(scripted, PUT).terminal.run(*START, "--json")
    assert result.json == {
        "execution_arn": ARN,
        "bucket": BUCKET,
        "key": KEY,
        "version_id": VERSION,
    }
    jsonschema_rs.validate(SCHEMA, result.json)


def test_the_file_is_sent_with_its_checksum_and_metadata(scripted: Scripts) -> None:
    stage = with_file(scripted, PUT)
    options = ("--title", "Größe: 数 rows", "--delimiter", "semicolon")
    assert stage.terminal.run(*START, *options).status == 0
    [headers] = stage.stub.headers
    sent = {name.lower(): value for name, value in headers.items()}
    assert stage.stub.asked[0][2] == ROWS
    assert sent["x-amz-checksum-sha256"]
    assert decoded(sent["x-amz-meta-title"]) == "Größe: 数 rows"
    assert sent["x-amz-meta-requested-by"] == "kim"
    assert sent["x-amz-meta-delimiter"] == "semicolon"


def test_omitted_options_are_not_in_the_metadata(scripted: Scripts) -> None:
    stage = with_file(scripted, PUT)
    assert stage.terminal.run(*START).status == 0
    names = {name.lower() for name in stage.stub.headers[0]}
    assert {it for it in names if it.startswith("x-amz-meta-")} == {"x-amz-meta-requested-by"}


def test_waiting_follows_the_execution_of_this_version(scripted: Scripts) -> None:
    others = listed("FAILED", f"{ARN[:-1]}x")
    running, ended = listed("RUNNING", ARN), listed("SUCCEEDED", ARN)
    result = with_file(scripted, PUT, UNLISTED, others, running, ended).terminal.run(
        *START, "--wait"
    )
    assert (result.status, result.out) == (0, f"Succeeded: {ARN}\n")
    assert f"Starting: {ARN}\nWaiting for the execution\n" in result.err


@pytest.mark.parametrize("end", ["SUCCEEDED", "FAILED"])
def test_programs_read_its_status_with_the_version(scripted: Scripts, end: str) -> None:
    stage = with_file(scripted, PUT, listed(end, ARN))
    result = stage.terminal.run(*START, "--wait", "--json")
    assert result.status == (0 if end == "SUCCEEDED" else 1)
    assert (result.json["status"], result.json["version_id"]) == (end, VERSION)


@dataclass
class FastClock:
    """A clock on which sleeping takes no time."""

    now: float = 0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FastClock:
    clock = FastClock()
    for module in (polling, workflow):
        monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(polling, "POLL_SECONDS", 30)
    return clock


def test_an_upload_that_starts_nothing_is_reported_after_two_minutes(
    scripted: Scripts, clock: FastClock
) -> None:
    stage = with_file(scripted, PUT, UNLISTED)
    result = stage.terminal.run(*START, "--wait", "--json")
    assert result.status == 1
    assert result.json["error"] == f"The execution did not start within 2 minutes: {ARN}"
    assert "signoff doctor --local" in result.json["hint"]
    assert "start_dataset" in result.json["hint"]
    assert f"Wait again: signoff wait {ARN} --local" in result.json["hint"]
    assert result.json["version_id"] == VERSION
    assert 120 < clock.now <= 180


def test_an_execution_that_runs_is_not_bounded(scripted: Scripts, clock: FastClock) -> None:
    running = [listed("RUNNING", ARN)] * 10
    stage = with_file(scripted, PUT, *running, listed("SUCCEEDED", ARN))
    assert stage.terminal.run(*START, "--wait").status == 0
    assert clock.now > workflow.UNLISTED_SECONDS


def test_the_execution_of_an_upload_can_be_waited_for_before_it_is_listed(
    scripted: Scripts,
) -> None:
    stage = scripted(UNLISTED, listed("SUCCEEDED", ARN))
    assert stage.terminal.run("wait", ARN, "--local").status == 0


def test_an_interrupted_wait_shows_the_command_to_resume(scripted: Scripts) -> None:
    stage = with_file(scripted, PUT, listed("RUNNING", ARN))
    with stage.terminal.interactive(*START, "--wait") as screen:
        screen.wait_for("Waiting for the execution")
        screen.interrupt()
        assert screen.end() == 1
    assert f"signoff wait {ARN} --local" in screen.text


UPLOAD_ID = "upload-1"
BEGUN = Answer(
    200,
    b"<InitiateMultipartUploadResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>"
    b"<UploadId>upload-1</UploadId></InitiateMultipartUploadResult>",
)
PART = Answer(200, b"", {"ETag": '"1"'})
ABORTED = Answer(204, b"")
LARGE = b"x" * (2 * PART_BYTES)
ABORT = ("DELETE", f"/{BUCKET}/{KEY}?uploadId={UPLOAD_ID}")


def test_a_terminal_shows_the_progress_of_the_upload(scripted: Scripts) -> None:
    resume = threading.Event()
    held = Answer(200, b"", {"ETag": '"2"'}, hold=resume)
    stage = with_file(scripted, BEGUN, PART, held, ABORTED, rows=LARGE)
    with stage.terminal.interactive(*START) as screen:
        screen.wait_for("8.4/16.8 MB")
        assert f"Uploading {NAME}" in screen.text
        screen.interrupt()
        resume.set()
        assert screen.end() == 1


def test_an_interrupted_upload_is_aborted(scripted: Scripts) -> None:
    resume = threading.Event()
    stage = with_file(scripted, BEGUN, Answer(200, b"", hold=resume), ABORTED, rows=LARGE)
    with stage.terminal.interactive(*START) as screen:
        screen.wait_for("Uploading")
        eventually(lambda: len(stage.asked) == 2, "the first part")
        screen.interrupt()
        resume.set()
        assert screen.end() == 1
    assert "Upload interrupted. Nothing was uploaded." in screen.text
    assert stage.asked[-1] == ABORT


def test_an_interrupt_at_the_end_of_an_upload_leaves_its_result_open(scripted: Scripts) -> None:
    resume = threading.Event()
    stage = with_file(scripted, Answer(200, b"", hold=resume))
    with stage.terminal.interactive(*START) as screen:
        screen.wait_for("Uploading")
        eventually(lambda: stage.asked, "the upload")
        screen.interrupt()
        resume.set()
        assert screen.end() == 1
    assert "Upload interrupted. The file may or may not have been uploaded." in screen.text
    assert "signoff list --local" in screen.text


@pytest.mark.parametrize("rows", [LARGE + b"x", LARGE[1:], LARGE.upper()])
def test_a_file_that_changes_during_the_upload_is_not_uploaded(
    scripted: Scripts, monkeypatch: pytest.MonkeyPatch, rows: bytes
) -> None:
    stage = with_file(scripted, BEGUN, PART, ABORTED, rows=LARGE)

    def changed(path: Path, *given: Any) -> uploads.LocalFile:
        file = uploads.local_file(path, *given)
        path.write_bytes(rows)
        os.utime(path, ns=(0, 0))
        return file

    monkeypatch.setattr(workflow, "local_file", changed)
    result = stage.terminal.run(*START)
    assert (result.status, result.out) == (1, "")
    assert f"{NAME} changed while it was uploaded. Nothing was uploaded." in result.err
    assert stage.asked[-1] == ABORT


def test_a_file_that_vanishes_is_reported(
    scripted: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vanished(path: Path, *given: Any) -> uploads.LocalFile:
        file = uploads.local_file(path, *given)
        path.unlink()
        return file

    monkeypatch.setattr(workflow, "local_file", vanished)
    stage = with_file(scripted, PUT)
    result = stage.terminal.run(*START)
    error = f"Could not read {NAME}: No such file or directory. Nothing was uploaded.\n"
    assert (result.status, result.err.splitlines(keepends=True)[-1]) == (1, error)
    assert stage.asked == []


def test_an_upload_without_a_response_may_have_been_completed(scripted: Scripts) -> None:
    result = with_file(scripted, Answer(503, b"")).terminal.run(*START)
    assert result.status == 4
    assert "\nThe file may or may not have been uploaded.\n" in result.err
    assert "signoff list --local" in result.err


@pytest.mark.parametrize("headers", [{}, {"x-amz-version-id": "null"}])
def test_a_bucket_without_versions_is_refused(scripted: Scripts, headers: dict[str, str]) -> None:
    result = with_file(scripted, Answer(200, b"", headers)).terminal.run(*START, "--wait")
    assert (result.status, result.out) == (1, "")
    assert f"The bucket {BUCKET} did not create a version of {KEY}." in result.err
    assert "Enable versioning" in result.err


def fifo(path: Path) -> None:
    os.mkfifo(path)


def large(path: Path) -> None:
    path.touch()
    os.truncate(path, LARGEST_FILE + 1)


@pytest.mark.parametrize(
    ("name", "make", "error"),
    [
        ("missing.csv", None, "Could not read missing.csv: No such file or directory."),
        ("folder", Path.mkdir, "folder is a folder."),
        (".", None, ". is a folder."),
        ("pipe", fifo, "pipe is not a regular file."),
        ("empty.csv", Path.touch, "empty.csv is empty."),
        (
            "large.csv",
            large,
            "large.csv is too large: at most 4,200,000,000 bytes, got 4,200,000,001.",
        ),
        ("a\nb.csv", Path.touch, "must have printable characters only"),
        ("\x1b[31m.csv", Path.touch, "must have printable characters only"),
        ("\udcff.csv", Path.touch, "must have printable characters only"),
    ],
)
def test_an_invalid_file_is_a_usage_error(
    scripted: Scripts, name: str, make: Any, error: str
) -> None:
    stage = scripted({})
    if make:
        make(stage.terminal.folder / name)
    if make is Path.touch and "empty" not in name:
        (stage.terminal.folder / name).write_bytes(ROWS)
    result = stage.terminal.run(*START[:1], "--file", name, *START[3:])
    assert (result.status, result.out, stage.asked) == (2, "", [])
    assert error in result.err
    assert len(result.err.splitlines()) == 2, "the error and a hint"


@pytest.mark.parametrize(
    ("check_function_arn", "largest"),
    [(None, LARGEST_FILE), ("arn:aws:lambda:eu-central-1:1:function:check", LARGEST_UPLOAD)],
    ids=["signoff", "check function"],
)
def test_only_files_that_signoff_counts_are_limited_by_its_speed(
    check_function_arn: str | None, largest: int
) -> None:
    outputs = {"operations": {"check_function_arn": check_function_arn}}
    stage = Stage(name="dev", outputs=outputs, cloud_url="", local_keys={})
    assert workflow.largest_file(stage) == largest


def test_an_unreadable_file_is_a_usage_error(
    scripted: Scripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: Any = Path.open

    def denied(path: Path, *given: Any, **more: Any) -> Any:
        if path.name == NAME:
            raise PermissionError(13, "Permission denied")
        return opened(path, *given, **more)

    stage = with_file(scripted, PUT)
    monkeypatch.setattr(Path, "open", denied)
    result = stage.terminal.run(*START)
    assert (result.status, stage.asked) == (2, [])
    assert f"Could not read {NAME}: Permission denied." in result.err


def test_a_name_that_is_too_long_for_a_key_is_a_usage_error(tmp_path: Path) -> None:
    path = tmp_path / ("数" * 80)
    path.write_bytes(ROWS)
    with pytest.raises(WrongUsage, match="must be at most 239 bytes in UTF-8"):
        uploads.local_file(path, "p" * (FILE_KEY_LIMIT - 239), LARGEST_UPLOAD)
    assert uploads.local_file(path, "p" * (FILE_KEY_LIMIT - 240), LARGEST_UPLOAD).size


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (("--rows", "10"), "--rows and --anomaly-rate are for the sample batch."),
        (("--anomaly-rate", "0"), "--rows and --anomaly-rate are for the sample batch."),
        (("--delimiter", "pipe"), "is not one of 'comma', 'semicolon', 'tab'"),
        (("--title", "x" * 151), "--title must be one line of at most 150 characters"),
        (("--title", "a\nb"), "--title must be one line"),
        (("--requested-by", "x" * 81), "--requested-by must be one line of at most 80"),
    ],
)
def test_invalid_options_for_a_file_are_a_usage_error(
    scripted: Scripts, options: tuple[str, ...], error: str
) -> None:
    stage = with_file(scripted, PUT)
    result = stage.terminal.run(*START, *options)
    assert (result.status, result.out, stage.asked) == (2, "", [])
    assert error in result.err


def test_a_delimiter_without_a_file_is_a_usage_error(scripted: Scripts) -> None:
    stage = scripted({})
    result = stage.terminal.run("start", "--delimiter", "tab", "--local")
    assert (result.status, stage.asked) == (2, [])
    assert "Add --file FILE." in result.err


on_a_stage = pytest.mark.xdist_group("command-line")


def ended(desk: Desk, execution_arn: str) -> str:
    """Wait for an execution that S3's event starts, and return its status."""
    client = desk.stage.client("stepfunctions")

    def status() -> str | None:
        try:
            found = client.describe_execution(executionArn=execution_arn)["status"]
        except client.exceptions.ExecutionDoesNotExist:
            return None
        return None if found == "RUNNING" else found

    return eventually(status, f"the end of {execution_arn}")


@on_a_stage
@pytest.mark.parametrize("size", [5, PART_BYTES + 1], ids=["one part", "several parts"])
def test_an_operator_uploads_a_version_each_time(desk: Desk, tmp_path: Path, size: int) -> None:
    policy = desk.stage.outputs["operator_policy_arn"]
    operator = desk.stage.people.session(desk.stage.people.role(managed=policy), "kim")
    name = f"größe-{size}.csv"
    rows = b"id,flagged\n" + b"1,no\n" * (size // 5)
    (tmp_path / name).write_bytes(rows)
    command = ("start", "--file", name, "--title", "Größe", "--stage", "dev", "--json")
    done = [desk.on_aws(tmp_path, operator).run(*command) for _ in range(2)]
    assert [it.status for it in done] == [0, 0], done
    assert len({it.json["execution_arn"] for it in done}) == 2
    for place in (it.json for it in done):
        version = {"Bucket": place["bucket"], "Key": place["key"]}
        found = desk.stage.client("s3").get_object(**version, VersionId=place["version_id"])
        assert place["key"] == f"incoming/{name}"
        assert hashlib.sha256(found["Body"].read()).digest() == hashlib.sha256(rows).digest()
        claims = {name: decoded(value) for name, value in found["Metadata"].items()}
        assert claims == {"title": "Größe", "requested-by": f"{operator.arn.split('/')[1]}/kim"}
        assert ended(desk, place["execution_arn"]) == "SUCCEEDED"


@on_a_stage
def test_waiting_follows_a_file_to_its_publication(desk: Desk) -> None:
    (desk.terminal.folder / NAME).write_bytes(ROWS)
    result = desk.run("start", "--file", NAME, "--wait", "--json")
    assert result.status == 0, result.err
    place = result.json
    assert (place["status"], place["key"]) == ("SUCCEEDED", KEY)
    ended = desk.stage.client("stepfunctions").describe_execution(
        executionArn=place["execution_arn"]
    )
    dataset = json.loads(ended["output"])["dataset"]
    assert {name: dataset[name] for name in ("bucket", "key", "version_id")} == {
        name: place[name] for name in ("bucket", "key", "version_id")
    }
    assert dataset["published"]["rows"] == 2


@on_a_stage
def test_an_upload_without_the_permission_names_the_operator_policy(
    desk: Desk, tmp_path: Path
) -> None:
    asker = desk.stage.people.user(managed=desk.stage.outputs["asker_policy_arn"])
    (tmp_path / NAME).write_bytes(ROWS)
    result = desk.on_aws(tmp_path, asker).run("start", "--file", NAME, "--stage", "dev")
    assert (result.status, result.out) == (1, "")
    assert "Permission denied" in result.err
    assert desk.stage.outputs["operator_policy_arn"] in result.err
