"""The DAG's executions have unique names that Step Functions can log.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
"""

import ast
import re
import uuid
from types import SimpleNamespace

import pytest
from jinja2 import Environment

from tests.examples.callers import EXAMPLES

RUNS = [
    "manual__2026-11-30T10:00:00.123456+00:00",
    "scheduled__2026-11-30T00:00:00+00:00",
    "Größe 4: <all> 'now'",
    "a:b",
    "a-b",
    "x" * 250,
    "x" * 249 + "y",
]


def name(run_id: str, dag_id: str = "publish_prices") -> str:
    """Render the template as Airflow does, whose macros include Python's `uuid`."""
    tree = ast.parse((EXAMPLES / "airflow_dag.py").read_text())
    (template,) = [
        it.value.value
        for it in ast.walk(tree)
        if isinstance(it, ast.keyword) and it.arg == "name" and isinstance(it.value, ast.Constant)
    ]
    macros, dag = SimpleNamespace(uuid=uuid), SimpleNamespace(dag_id=dag_id)
    rendered = Environment(autoescape=True).from_string(str(template))
    return rendered.render(run_id=run_id, dag=dag, macros=macros)


@pytest.mark.parametrize("run_id", RUNS)
def test_an_execution_name_has_only_characters_that_can_be_logged(run_id: str) -> None:
    assert re.fullmatch(r"[0-9A-Za-z_-]{1,80}", name(run_id))


def test_each_run_has_a_stable_and_unique_execution_name() -> None:
    assert [name(it) for it in RUNS] == [name(it) for it in RUNS]
    assert len({name(it) for it in RUNS} | {name(RUNS[0], "another_dag")}) == len(RUNS) + 1
