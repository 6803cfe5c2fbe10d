"""The DAG in a real Airflow, against the local stack: request, wait, continue.

It needs a minute and a separate environment, so it is part of the long tests: `make engine`.
"""

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.examples.callers import EXAMPLES
from tests.local_stack import ROOT, DeployedStage, eventually

AIRFLOW = ROOT / ".local" / "airflow" / "bin" / "airflow"
SECONDS = 600

Airflow = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="module")
def airflow(dev: DeployedStage, tmp_path_factory: pytest.TempPathFactory) -> Airflow:
    """Run a command of an Airflow that is configured for the example and the local stack."""
    if not AIRFLOW.exists():
        pytest.fail("Airflow is not installed, run tests/examples/install")
    home = tmp_path_factory.mktemp("airflow")
    dags = home / "dags"
    dags.mkdir()
    # A shorter interval for tests.
    text = (EXAMPLES / "airflow_dag.py").read_text()
    (dags / "airflow_dag.py").write_text(text.replace("poke_interval=30", "poke_interval=2"))
    aws = {
        "conn_type": "aws",
        "login": dev.account,
        "password": dev.root.secret_access_key,
        "extra": {"region_name": dev.region, "endpoint_url": dev.cloud_url},
    }
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW_VAR_REVIEW_MACHINE_ARN": dev.outputs["review_machine_arn"],
        "AIRFLOW_CONN_AWS_DEFAULT": json.dumps(aws),
    }

    def run(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [AIRFLOW, *arguments],
            env=environment,
            cwd=home,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    migrated = run("db", "migrate")
    output, _ = migrated.communicate(timeout=SECONDS)
    assert migrated.returncode == 0, output
    return run


def decided(dev: DeployedStage, airflow: Airflow, decision: str, rows: int) -> str:
    """Test the DAG with a decision while it waits, and return Airflow's output."""
    asks = airflow("dags", "test", "publish_prices", "--conf", json.dumps({"rows": rows}))
    title = f"Publish {rows} new prices?"

    def link() -> re.Match[str] | None:
        shown = (json.dumps(message) for message in dev.messages())
        about = (text for text in shown if title in text)
        return next((re.search(r"approve\?review=([a-z2-7]{16})", text) for text in about), None)

    try:
        review_id = eventually(link, "the question", SECONDS)[1]
        dev.post(decision, review_id, "because")
        return asks.communicate(timeout=SECONDS)[0]
    finally:
        asks.kill()


def test_the_dag_continues_after_an_approval(dev: DeployedStage, airflow: Airflow) -> None:
    output = decided(dev, airflow, "approve", 1201)
    assert "Returned value was: approved by unverified" in output


def test_a_rejection_fails_the_waiting_task(dev: DeployedStage, airflow: Airflow) -> None:
    output = decided(dev, airflow, "reject", 1202)
    assert "Step Function sensor failed" in output
    assert "Returned value was" not in output


def test_the_dag_file_needs_no_other_files(airflow: Airflow, tmp_path: Path) -> None:
    listed = airflow("dags", "list-import-errors", "--output", "json")
    output, _ = listed.communicate(timeout=SECONDS)
    assert "airflow_dag.py" not in output, output
