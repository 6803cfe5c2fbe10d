"""Permissions of PartiQL statements: the statement's action on its table."""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import json
import re
from typing import Any

from ministack.core import iam_actions

PARTIQL = re.compile(
    r'\s*(?:(INSERT)\s+INTO|(UPDATE)|(DELETE)\s+FROM|(SELECT)\b.*?\bFROM)\s+"([^"]+)"',
    re.IGNORECASE | re.DOTALL,
)

_transaction_checks = iam_actions.dynamodb_transaction_checks


def _checks(action: str, body: bytes, region: str, account: str) -> list[tuple[str, str]]:
    """Return the actions and resources that AWS checks for PartiQL.

    Ministack checks `dynamodb:ExecuteStatement` on `*`, which is not an action on AWS.
    """
    request: Any = json.loads(body or b"{}")
    match action:
        case "dynamodb:ExecuteStatement":
            statements = [request]
        case "dynamodb:ExecuteTransaction":
            statements = request.get("TransactStatements", [])
        case _:
            return _transaction_checks(action, body, region, account)
    checks: list[tuple[str, str]] = []
    for statement in statements:
        found = PARTIQL.match(str(statement.get("Statement")))
        if not found:
            return [("dynamodb:PartiQLUnknown", "*")]
        verb = next(word for word in found.groups()[:4] if word).capitalize()
        table = f"arn:aws:dynamodb:{region}:{account}:table/{found[5]}"
        checks.append((f"dynamodb:PartiQL{verb}", table))
    return checks


def apply() -> None:
    """Check the permissions of statements."""
    iam_actions.dynamodb_transaction_checks = _checks
