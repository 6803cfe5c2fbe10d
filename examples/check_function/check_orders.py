"""Counts the flagged rows of orders in JSON Lines, by rules of its own.

Signoff calls it in place of its own check if `checkFunctionArn` is this function's ARN.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import boto3

S3 = boto3.client("s3")
CURRENCIES = {"CHF", "EUR", "USD"}
LARGEST_AMOUNT = 10_000
CHUNK_BYTES = 1024 * 1024
COLUMNS = ("id", "customer", "amount", "currency")
PREVIEW_ROWS = 5
LONGEST_CELL = 100


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle `{"bucket", "key", "version_id", "size"}`; returns what Signoff shows to reviewers.

    An exception fails the workflow, and the channel shows its message.
    """
    found = S3.get_object(Bucket=event["bucket"], Key=event["key"], VersionId=event["version_id"])
    return check(found["Body"].iter_lines(CHUNK_BYTES))


def check(lines: Iterable[bytes]) -> dict[str, Any]:
    """Count the flagged rows. Memory grows with the number of distinct ids only."""
    ids: set[str] = set()
    reasons: Counter[str] = Counter()
    preview: list[list[str]] = []
    rows = 0
    for line in lines:
        rows += 1
        try:
            order = json.loads(line)
            reason = why_flagged(order, ids)
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"row {rows:,} is not an order: {error!r}") from None
        if not reason:
            continue
        reasons[reason] += 1
        if len(preview) < PREVIEW_ROWS:
            preview.append([reason, *(cell(order.get(name)) for name in COLUMNS)])
    return {
        "rows": rows,
        "flagged_rows": reasons.total(),
        "facts": dict(reasons.most_common()),
        "preview": {"columns": ["reason", *COLUMNS], "rows": preview} if preview else None,
        "summary": f"Amounts above {LARGEST_AMOUNT:,} and repeated ids are flagged.",
    }


def why_flagged(order: Mapping[str, Any], ids: set[str]) -> str:
    """Return the reason, or an empty string. Adds the order's id to `ids`."""
    order_id = str(order["id"])
    if order_id in ids:
        return "duplicate id"
    ids.add(order_id)
    if not 0 < float(order["amount"]) <= LARGEST_AMOUNT:
        return "amount out of range"
    return "" if order["currency"] in CURRENCIES else "unknown currency"


def cell(value: object) -> str:
    """One line of at most 100 characters, which is Signoff's limit."""
    return " ".join(str(value).split())[:LONGEST_CELL]
