"""Cost of checking and publishing large files, relative to `csv` and `wc -l` in the same run."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from lambdas.datasets.names import SAMPLES
from lambdas.datasets.publishing import GOOD_ROWS
from lambdas.datasets.uploads import Upload
from tests.local_stack import ROOT, DeployedStage

HEADER = b"record_id,customer,note,flagged,why\n"
WIDE, WIDE_BYTES = (
    b"%d,Customer %08d,a note that makes this row a hundred bytes long or so,false,\n",
    10**9,
)
NARROW, NARROW_BYTES = b"%d,C%d,a short note,false,\n", 10**8
MEGABYTES_AT_MOST = 256
READ_WITH_CSV = """
import csv, sys
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    print(sum(1 for _ in csv.reader(file)))
"""


@dataclass(frozen=True, kw_only=True)
class Files:
    """Seconds for one file of a gigabyte, and the memory of the function that checks it.

    The rates are bytes per second, uncompressed, of short rows, with gzip.
    """

    check: float
    csv: float
    wc: float
    megabytes: int
    check_rate: float
    publish_rate: float


def files(stage: DeployedStage, folder: Path) -> Files:
    """Take a large file through the check, and one with short rows through check and publish.

    Raises `RuntimeError` if the check takes too much memory.
    """
    wide, narrow = folder / "wide.csv", folder / "narrow.csv"
    _write(wide, WIDE, WIDE_BYTES)
    _write(narrow, NARROW, NARROW_BYTES)
    checked = _run(stage, "check_dataset", {"input": {}, "sample": _put(stage, wide)})
    if checked["megabytes"] > MEGABYTES_AT_MOST:
        raise RuntimeError(f"a file of {WIDE_BYTES:,} bytes took {checked['megabytes']} MB")
    compressed = narrow.with_suffix(".csv.gz")
    with gzip.open(compressed, "wb", 1) as file:
        file.write(narrow.read_bytes())
    counted = _run(stage, "check_dataset", {"input": {}, "sample": _put(stage, compressed)})
    published = _run(
        stage,
        "publish_dataset",
        {
            "dataset": counted["answer"]["dataset"],
            "review": {"answers": {"publish": GOOD_ROWS}},
            "accepted": "",
        },
    )
    return Files(
        check=checked["seconds"],
        csv=_seconds(lambda: _call(sys.executable, "-c", READ_WITH_CSV, str(wide))),
        wc=_seconds(lambda: _call("wc", "-l", str(wide))),
        megabytes=checked["megabytes"],
        check_rate=NARROW_BYTES / counted["seconds"],
        publish_rate=NARROW_BYTES / published["seconds"],
    )


def _write(path: Path, row: bytes, size: int) -> None:
    """Write a file of at least this size, whose rows are not flagged."""
    with path.open("wb") as file:
        file.write(HEADER)
        number = 0
        while file.tell() < size:
            file.write(b"".join(row % (number + n, n) for n in range(10_000)))
            number += 10_000


def _put(stage: DeployedStage, path: Path) -> Mapping[str, str]:
    """Upload a file to where it starts nothing."""
    key = f"{SAMPLES}{path.name}"
    s3 = stage.client("s3")
    with Upload(s3, stage.outputs["evidence_bucket_name"], key) as upload, path.open("rb") as file:
        while block := file.read(1024 * 1024):
            upload.write(block)
        return {"key": key, "version_id": upload.finish().version_id}


def _run(stage: DeployedStage, function: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """Run a function in a separate process, with the account's root credentials."""
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": stage.cloud_url,
        "AWS_DEFAULT_REGION": stage.region,
        "AWS_ACCESS_KEY_ID": stage.root.access_key_id,
        "AWS_SECRET_ACCESS_KEY": stage.root.secret_access_key,
        "STAGE": stage.name,
        "EVIDENCE_BUCKET": stage.outputs["evidence_bucket_name"],
        "DATASET_TOPIC_ARN": stage.outputs["dataset_topic_arn"],
        "ANOMALY_THRESHOLD": "0.06",
        "FLAG_COLUMN": "flagged",
        "CHECK_FUNCTION_ARN": "",
    }
    words = [sys.executable, "-m", "tests.bench.one_file", function, json.dumps(event)]
    done = subprocess.run(
        words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout)


def _call(*words: str) -> None:
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)


def _seconds(do: Callable[[], None]) -> float:
    begin = perf_counter()
    do()
    return perf_counter() - begin
