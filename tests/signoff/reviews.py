"""Reviews as the operator API returns them."""

from datetime import UTC, datetime, timedelta
from typing import Any

REVIEW_ID = "k3f2a7cqxb5mnw4d"
ACCOUNT, REGION = "111111111111", "eu-central-1"
BUCKET = "evidence"
STATES = f"arn:aws:states:{REGION}:{ACCOUNT}"


def now() -> datetime:
    """The time of the call: output shows the time left until a deadline."""
    return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def summary(**given: Any) -> dict[str, Any]:
    return {
        "review_id": REVIEW_ID,
        "stage": "dev",
        "status": "PENDING",
        "title": "Customer upload 2026-11-22",
        "requested_by": "U012ABCDEF",
        "requested_by_name": "Kim",
        "verified_requester": "",
        "requested_at": timestamp(now()),
        "deadline": timestamp(now() + timedelta(hours=2, minutes=1)),
        "seconds_left": 7_260,
        "approvals": 0,
        "required_approvals": 1,
        "decision": None,
        "reviewer": "",
        "approved_by": [],
        "self_approval_unchecked": False,
        "via": None,
        "decided_at": None,
        "ended_at": None,
        "page": f"https://api.example.com/approve?review={REVIEW_ID}.{'0' * 32}",
        "execution_arn": f"{STATES}:execution:review:ask-1",
        **given,
    }


def review(**given: Any) -> dict[str, Any]:
    return {
        **summary(),
        "reason": "",
        "summary": "",
        "facts": {},
        "gauge": None,
        "evidence": [],
        "preview": None,
        "links": {},
        "questions": [],
        "answers": {},
        "reviewer_key": "",
        "reviewer_identity": "",
        "started_by": "",
        "context_bytes": 0,
        "refusals": [],
        "result": None,
        "result_detail": "",
        "completed_at": None,
        "audit_entries": [],
        "next": None,
        **given,
    }


def entry(event: str = "review.decided", identity: str = "", why: str = "") -> dict[str, str]:
    return {
        "at": timestamp(now()),
        "event": event,
        "person": identity,
        "identity": f"verified by AWS: {identity}",
        "via": "cli",
        "source_address": "",
        "why": why,
    }


def question(name: str, kind: str = "text", **given: Any) -> dict[str, Any]:
    return {
        "name": name,
        "label": f"{name.capitalize()}?",
        "kind": kind,
        "choices": [],
        "required": True,
        **given,
    }


def decided(outcome: str = "approved", **given: Any) -> dict[str, Any]:
    return review(
        status=outcome.upper(),
        decision=outcome,
        reviewer="kim (role Operator)",
        reviewer_key="arn:aws:sts::111111111111:assumed-role/Operator",
        approved_by=["kim (role Operator)"] if outcome == "approved" else [],
        via="cli",
        decided_at=timestamp(now()),
        **given,
    )
