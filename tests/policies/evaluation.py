"""Offline evaluation of policies with the embedded AWS's implementation of IAM."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import boto3
from ministack.core.iam_evaluator import (  # pyright: ignore[reportMissingTypeStubs]
    EvalContext,
    evaluate,
    parse_policy_document,  # pyright: ignore[reportUnknownVariableType]
)

from tests.policies.documents import ACCOUNT, REGION

# Actions of the service's API, and actions that exist only in IAM.
DYNAMODB_ACTIONS = sorted(
    f"dynamodb:{name}"
    for name in {
        *boto3.client("dynamodb", region_name=REGION).meta.service_model.operation_names,
        *("PartiQLInsert", "PartiQLUpdate", "PartiQLDelete", "PartiQLSelect", "ConditionCheckItem"),
        *("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"),
        "SomethingThatIsInventedLater",
    }
)


def request_by(principal: str, action: str, resource: str, **conditions: object) -> EvalContext:
    """A request with its condition keys."""
    return EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account=ACCOUNT,
        action=action,
        resource_arn=resource,
        region=REGION,
        secure_transport=bool(conditions.pop("secure_transport", True)),
        service_context=conditions,
    )


def allows(
    documents: Iterable[Mapping[str, Any]], action: str, resource: str, **conditions: object
) -> bool:
    """Whether a role with these policies may do this, with these condition keys."""
    return _allow(_parsed(documents), action, resource, **conditions)


def allowed_in_table(documents: Iterable[Mapping[str, Any]], table: str) -> set[str]:
    """The actions on a table, its indexes, streams and backups that these policies allow."""
    policies = _parsed(documents)
    places = (table, f"{table}/index/one", f"{table}/stream/one", f"{table}/backup/one")
    return {
        action
        for action in DYNAMODB_ACTIONS
        if any(_allow(policies, action, place) for place in places)
    }


def _parsed(documents: Iterable[Mapping[str, Any]]) -> list[Any]:
    return [parse_policy_document(json.dumps(document)) for document in documents]


def _allow(policies: list[Any], action: str, resource: str, **conditions: object) -> bool:
    request = request_by(f"arn:aws:iam::{ACCOUNT}:role/one", action, resource, **conditions)
    return evaluate(request, policies).decision == "Allow"
