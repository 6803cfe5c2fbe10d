"""Where the embedded cloud differs from AWS so much that a resource must be made differently.

Each function here is one difference. Everything else is deployed as the program describes it.
"""

from __future__ import annotations

import json
from typing import Any, cast

# Actions whose requests name nothing that the emulator can find a resource in, and what it calls
# them: a task token says no machine, a PartiQL statement says its table in its text.
ANYWHERE = {
    "states:SendTask": (),
    "dynamodb:PartiQL": ("dynamodb:ExecuteStatement", "dynamodb:ExecuteTransaction"),
}


def role_policy(document: str) -> str:
    """Let such actions be allowed on `*`, leaving the rest of the document as it is.

    On AWS these permissions hold on the ARN of the state machine, or of the table.
    """
    policy = cast("dict[str, Any]", json.loads(document))
    statements = cast("list[dict[str, Any]]", policy["Statement"])
    policy["Statement"] = [part for statement in statements for part in _split(statement)]
    return json.dumps(policy)


def _split(statement: dict[str, Any]) -> list[dict[str, Any]]:
    actions = _listed(statement.get("Action", []))
    others = [action for action in actions if not action.startswith(tuple(ANYWHERE))]
    if len(others) == len(actions) or statement["Effect"] != "Allow":
        return [statement]
    emulated = [it for action in actions if action not in others for it in _emulated(action)]
    anywhere = {**statement, "Action": list(dict.fromkeys(emulated)), "Resource": "*"}
    if not others:
        return [anywhere]
    anywhere["Sid"] = f"{statement.get('Sid', '')}Anywhere"
    return [{**statement, "Action": others}, anywhere]


def _emulated(action: str) -> tuple[str, ...]:
    return next(names for start, names in ANYWHERE.items() if action.startswith(start)) or (action,)


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def api_endpoint(cloud_url: str, api_id: str) -> str:
    """Give the address of an HTTP API, which has a host name of its own on AWS only."""
    return f"{cloud_url}/_aws/execute-api/{api_id}/$default"
