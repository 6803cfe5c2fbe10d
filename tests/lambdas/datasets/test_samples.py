"""The sample dataset, which is checked like any other file."""

import csv
import io

import pytest

from lambdas.datasets.counts import count
from lambdas.datasets.samples import generate


@pytest.mark.parametrize(("rate", "flagged"), [(0.0, 0), (0.05, 50), (0.08, 80), (1.0, 1000)])
def test_the_rate_sets_the_number_of_flagged_rows(rate: float, flagged: int) -> None:
    body = generate(1000, rate, "run-1", "flagged")

    rows = list(csv.DictReader(io.StringIO(body.decode())))
    assert len(rows) == 1000
    assert sum(row["flagged"] == "True" for row in rows) == flagged


@pytest.mark.parametrize("column", ["flagged", "is anomalous", "größe, 承認", "a;b", "True"])
@pytest.mark.parametrize("rate", [0.0, 0.08, 1.0])
def test_the_check_counts_what_was_generated(column: str, rate: float) -> None:
    counts = count([generate(500, rate, "run-1", column)], column, None)

    assert (counts.rows, counts.flagged_rows) == (500, 500 * rate)
    assert (counts.preview is None) == (rate == 0)


def test_the_same_execution_generates_the_same_dataset() -> None:
    assert generate(50, 0.1, "run-1", "flagged") == generate(50, 0.1, "run-1", "flagged")
    assert generate(50, 0.1, "run-1", "flagged") != generate(50, 0.1, "run-2", "flagged")
