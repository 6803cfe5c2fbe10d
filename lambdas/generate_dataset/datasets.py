"""The sample dataset: records of a customer's upload, some of them flagged."""

import csv
import hashlib
import io
import random
from dataclasses import dataclass
from typing import TypedDict

_COLUMNS = ("record_id", "customer", "amount", "flagged", "why")
_PREVIEW_COLUMNS = ("record_id", "why", "customer", "amount")
_PREVIEW_ROWS = 5
_REASONS = ("amount out of range", "duplicate record", "unknown customer", "date in the future")


class Preview(TypedDict):
    """A few rows, in the form of a request."""

    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A dataset as CSV, with its counts."""

    body: bytes
    rows: int
    flagged_rows: int
    preview: Preview
    """The first flagged rows."""

    @property
    def flagged_share(self) -> float:
        """The share of flagged rows, from 0 to 1."""
        return self.flagged_rows / self.rows

    @property
    def sha256(self) -> bytes:
        """The digest of the body."""
        return hashlib.sha256(self.body).digest()


def generate(rows: int, anomaly_rate: float, seed: str) -> Dataset:
    """Generate `rows` records, a share of `anomaly_rate` flagged; reproducible by `seed`."""
    dice = random.Random(seed)  # noqa: S311 (sample data, not secrets)
    flagged = set(dice.sample(range(rows), round(rows * anomaly_rate)))
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    shown: list[list[str]] = []
    for record in range(rows):
        why = dice.choice(_REASONS) if record in flagged else ""
        amount = f"{dice.uniform(1, 500) * (1000 if record in flagged else 1):.2f}"
        customer = f"C{dice.randrange(10_000):04}"
        table.writerow((record, customer, amount, bool(why), why))
        if why and len(shown) < _PREVIEW_ROWS:
            shown.append([str(record), why, customer, f"{float(amount):,.2f}"])
    return Dataset(
        body=text.getvalue().encode(),
        rows=rows,
        flagged_rows=len(flagged),
        preview={"columns": list(_PREVIEW_COLUMNS), "rows": shown},
    )
