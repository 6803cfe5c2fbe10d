"""The demonstration dataset."""

import csv
import io

import pytest

from lambdas.generate_dataset.datasets import generate


@pytest.mark.parametrize(("rate", "flagged"), [(0.0, 0), (0.05, 50), (0.08, 80), (1.0, 1000)])
def test_the_rate_sets_the_number_of_flagged_rows(rate: float, flagged: int) -> None:
    dataset = generate(1000, rate, seed="run-1")

    rows = list(csv.DictReader(io.StringIO(dataset.body.decode())))
    assert len(rows) == 1000
    assert sum(row["flagged"] == "True" for row in rows) == flagged
    assert (dataset.flagged_rows, dataset.flagged_share) == (flagged, rate)


def test_the_same_execution_generates_the_same_dataset() -> None:
    assert generate(50, 0.1, seed="run-1") == generate(50, 0.1, seed="run-1")
    assert generate(50, 0.1, seed="run-1") != generate(50, 0.1, seed="run-2")
