"""The functions that callers invoke to request reviews.

There is one per form of caller, so that permissions distinguish them: hosts provide task tokens,
durable functions callback ids. A verified host has its own, so that its identity is known.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import pulumi

from components.functions.python_function import PythonFunction, PythonFunctionArgs
from components.reviews.evidence import EvidencePlace, allow_evidence, places_as_json
from components.reviews.store import ReviewAccess
from components.settings.gate_rules import GateRules
from components.settings.names import LONGEST_ROLE, check_name
from components.settings.stage import Stage

CallerId: TypeAlias = Literal["taskToken", "callbackId"]
"""What identifies a waiting caller."""
_NAMES: Mapping[CallerId, str] = {"taskToken": "request-review", "callbackId": "request-callback"}


def environment_of_requests(
    reviews: ReviewAccess,
    rules: GateRules,
    decision_api_url: pulumi.Input[str],
    evidence: Sequence[EvidencePlace],
) -> Mapping[str, pulumi.Input[str]]:
    """The environment of a function that accepts requests."""
    return {
        **reviews.environment,
        "DECISION_API_URL": decision_api_url,
        "ON_TIMEOUT": rules.times.on_timeout,
        "REVIEW_TIMEOUT_SECONDS": str(int(rules.times.review_timeout.total_seconds())),
        **rules.times.environment,
        "SLACK_MISSING": rules.slack.missing,
        "LINK_SHORTENER": rules.link_shortener,
        "EVIDENCE_PLACES": places_as_json(evidence),
    }


def request_function(
    gate: str,
    caller_id: CallerId,
    *,
    stage: Stage,
    reviews: ReviewAccess,
    rules: GateRules,
    decision_api_url: pulumi.Input[str],
    evidence: Sequence[EvidencePlace],
    after: pulumi.Resource,
    opts: pulumi.ResourceOptions,
    workflow: str = "",
) -> PythonFunction:
    """The function of the gate with this name.

    Its links point to the decision API. It is created after the notifier, `after`. `workflow` is
    the connection of the verified host that it is for. Raises `WrongNameError` if that name is too
    long.
    """
    name = f"{gate}-{_NAMES[caller_id]}"
    if workflow:
        longest = LONGEST_ROLE - len(f"{gate}--asks-role")
        name = f"{gate}-{check_name('the name of a verified connection', workflow, longest)}-asks"
    function = PythonFunction(
        name,
        PythonFunctionArgs(
            stage=stage,
            function="request_review",
            description="Stores a review and announces it",
            timeout_seconds=40,
            environment={
                **environment_of_requests(reviews, rules, decision_api_url, evidence),
                "CALLER_ID": caller_id,
                "WORKFLOW": workflow,
                "REQUIRE_VERIFIED_REQUESTER": json.dumps(rules.require_verified_requester),
            },
            grants=reviews.grants,
            after=[after],
        ),
        opts,
    )
    # Links presigned in advance have these permissions, too.
    allow_evidence(f"{name}-evidence-policy", "pin_evidence", evidence, function, opts)
    return function
