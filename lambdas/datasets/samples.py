"""The sample batch: records of a customer's upload, some of them flagged."""

import csv
import io
import random

from lambdas.datasets.flags import WHY

_REASONS = ("amount out of range", "duplicate record", "unknown customer", "date in the future")


def generate(rows: int, anomaly_rate: float, seed: str, flag_column: str) -> bytes:
    """Generate a CSV file of `rows` records, a share of `anomaly_rate` (from 0 to 1) flagged.

    Reproducible by `seed`.
    """
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
    return text.getvalue().encode()
