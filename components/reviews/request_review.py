"""The function that a host's state calls to ask: it stores a review and tells people about it."""

from collections.abc import Sequence

import pulumi

from components.functions.python_function import PythonFunction, PythonFunctionArgs
from components.reviews.evidence import EvidencePlace, allow_evidence, places_as_json
from components.reviews.store import ReviewAccess
from components.settings.gate_rules import GateRules
from components.settings.stage import Stage


def request_function(
    gate: str,
    *,
    stage: Stage,
    reviews: ReviewAccess,
    rules: GateRules,
    decision_api_url: pulumi.Input[str],
    evidence: Sequence[EvidencePlace],
    after: pulumi.Resource,
    opts: pulumi.ResourceOptions,
) -> PythonFunction:
    """The function of the gate with this name; the links that it sends lead to the decision API.

    It asks nobody before what tells people is there, which comes before it as `after`.
    """
    function = PythonFunction(
        f"{gate}-request-review",
        PythonFunctionArgs(
            stage=stage,
            function="request_review",
            description="Stores a review and tells people about it",
            timeout_seconds=40,
            environment={
                **reviews.environment,
                "DECISION_API_URL": decision_api_url,
                "REVIEW_TIMEOUT_SECONDS": str(int(rules.times.review_timeout.total_seconds())),
                **rules.times.environment,
                "SLACK_MISSING": rules.slack.missing,
                "LINK_SHORTENER": rules.link_shortener,
                "EVIDENCE_PLACES": places_as_json(evidence),
            },
            grants=reviews.grants,
            after=[after],
        ),
        opts,
    )
    # Links that are presigned beforehand have these permissions, too.
    allow_evidence(f"{gate}-evidence-policy", "pin_evidence", evidence, function, opts)
    return function
