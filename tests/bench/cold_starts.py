"""Cold starts: the CPU time of importing a handler in a fresh interpreter."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import boto3

from components.functions.archive import archive_of
from components.settings.decision_rules import DecisionRules
from local.deployment.resources.archives import zip_of

ROUNDS = 5
PACKAGES = Path(boto3.__file__).parents[1]
REPORT = "import time; print(time.process_time())"
NOTHING = "nothing"
BOTO3 = "boto3"


def import_seconds(environments: Mapping[str, Mapping[str, str]], folder: Path) -> dict[str, float]:
    """Measure the CPU seconds of importing `nothing`, `boto3` and each function's handler.

    Each is the best of several alternating runs. As in Lambda, boto3 is compiled, the function is
    not. `environments` has each function's environment; `folder` gets the functions' code.
    """
    statements = {NOTHING: ("", folder), BOTO3: ("import boto3; ", folder)}
    for function in environments:
        _unpack(function, folder / function)
        statements[function] = (f"import lambdas.{function}.handler; ", folder / function)
    rounds = [
        {
            name: _seconds(statement, place, environments.get(name, {}))
            for name, (statement, place) in statements.items()
        }
        for _ in range(ROUNDS)
    ]
    return {name: min(each[name] for each in rounds) for name in statements}


def _unpack(function: str, folder: Path) -> None:
    code = archive_of(function, DecisionRules().files)
    with zipfile.ZipFile(io.BytesIO(zip_of(code))) as archive:
        archive.extractall(folder)


def _seconds(statement: str, folder: Path, environment: Mapping[str, str]) -> float:
    """Run a statement with only Python, boto3 and the folder on the import path."""
    where = f"import sys; sys.path += [{str(folder)!r}, {str(PACKAGES)!r}]; "
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", where + statement + REPORT],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(answer.stdout)
