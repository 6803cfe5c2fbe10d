"""A Pulumi program of somebody else, run as the laptop runs its own."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from local.cloud.account import Account
from tests.laptop import ROOT


def run_program(
    program: Path,
    project: str,
    account: Account,
    config: Mapping[str, str],
    secret_keys: tuple[str, ...] = (),
) -> Mapping[str, str]:
    """Deploy the program in a folder; the answer is its outputs. Keys are without the project."""
    job = {
        "root": str(program),
        "project": project,
        "stage": "prod",
        "cloud_url": account.cloud_url,
        "account": account.number,
        "region": account.region,
        "config": {f"{project}:{key}": value for key, value in config.items()},
        "secret_keys": [f"{project}:{key}" for key in secret_keys],
    }
    ran = subprocess.run(
        [sys.executable, "-m", "local.deployment.stage_process"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=300,
    )
    last = json.loads(ran.stdout.splitlines()[-1])
    assert "outputs" in last, (last, ran.stderr)
    return last["outputs"]
