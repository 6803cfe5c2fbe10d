"""The sample dataset: records of a customer's upload, some of them flagged."""

import csv
import hashlib
import io
import random
from dataclasses import dataclass

from lambdas.datasets.flags import WHY

_REASONS = ("amount out of range", "duplicate record", "unknown customer", "date in the future")


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A dataset as CSV, with its counts."""

    body: bytes
    rows: int
    flagged_rows: int

    @property
    def sha256(self) -> bytes:
        """The digest of the body."""
        return hashlib.sha256(self.body).digest()


def generate(rows: int, anomaly_rate: float, seed: str, flag_column: str) -> Dataset:
    """Generate `rows` records, a share of `anomaly_rate` flagged; reproducible by `seed`."""
    dice = random.Random(seed)  # noqa: S311 (sample data, not secrets)
    flagged = set(dice.sample(range(rows), round(rows * anomaly_rate)))
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(("record_id", "customer", "amount", flag_column, WHY))
    for record in range(rows):
        why = dice.choice(_REASONS) if record in flagged else ""
        amount = f"{dice.uniform(1, 500) * (1000 if record in flagged else 1):.2f}"
        customer = f"C{dice.randrange(10_000):04}"
        table.writerow((record, customer, amount, bool(why), why))
    return Dataset(
        body=text.getvalue().encode(),
        rows=rows,
        flagged_rows=len(flagged),
    )
