"""Resources that must be created differently in the embedded cloud.

Each function is one difference. Everything else is deployed as the program declares it.
"""

from __future__ import annotations

import json
from typing import Any, cast

SEND_TASK = "states:SendTask"


def role_policy(document: str) -> str:
    """Allow `states:SendTask*` on `*`; keep the rest of the document.

    On AWS, the permission applies to the state machine's ARN. The emulator evaluates it on `*`,
    because the request has a task token but no ARN.
    """
    policy = cast("dict[str, Any]", json.loads(document))
    statements = cast("list[dict[str, Any]]", policy["Statement"])
    policy["Statement"] = [part for statement in statements for part in _split(statement)]
    return json.dumps(policy)


def _split(statement: dict[str, Any]) -> list[dict[str, Any]]:
    actions = _listed(statement.get("Action", []))
    answers = [action for action in actions if action.startswith(SEND_TASK)]
    if not answers or statement["Effect"] != "Allow":
        return [statement]
    if answers == actions:
        return [{**statement, "Resource": "*"}]
    others = [action for action in actions if action not in answers]
    sid = f"{statement.get('Sid', '')}Anywhere"
    return [
        {**statement, "Action": others},
        {**statement, "Sid": sid, "Action": answers, "Resource": "*"},
    ]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def api_endpoint(cloud_url: str, api_id: str) -> str:
    """Return the URL of an HTTP API; only on AWS does it have its own host name."""
    return f"{cloud_url}/_aws/execute-api/{api_id}/$default"
