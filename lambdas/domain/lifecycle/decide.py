"""Decide a review: claim it, then deliver the decision or count the approval."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from lambdas.domain.access.rules import Rules, checked_reason
from lambdas.domain.lifecycle.deliver import deliver
from lambdas.domain.lifecycle.gate import AnsweringGate, Gate
from lambdas.domain.review.errors import AlreadyDecided, NotAllowed, ReviewStateError, ended_error
from lambdas.domain.review.events import Actor, Event
from lambdas.domain.review.questions import checked_answers, reason_with_answers
from lambdas.domain.review.request import Answer, Question
from lambdas.domain.review.review import Decision, Outcome, Review, Status, Way
from lambdas.domain.store.claims import QuestionsAsked, RequestedByThem, claim
from lambdas.domain.store.visits import note_refusal

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class DecisionInput:
    """The input of a decision: the reason, and the answers by question name."""

    reason: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    read: Callable[[tuple[Question, ...], Mapping[str, Any]], dict[str, Answer]] = checked_answers
    """How the endpoint parses answers: as JSON, or as form fields."""


def decide(
    gate: AnsweringGate,
    rules: Rules,
    review_id: str,
    outcome: Outcome,
    decision_input: DecisionInput,
    by: Actor,
) -> Review:
    """Decide a review; returns the decided review, or one that needs more approvals.

    Makes four AWS calls if nothing fails, from any endpoint, and five if the review has questions.
    Raises `InvalidReason`, `InvalidAnswer`, `ReviewNotFound`, `AlreadyDecided`, `ReviewEnded`,
    `NotAllowed`, `CannotCheck`, and `NotDelivered` if the decision is stored but AWS has not
    confirmed it.
    """
    decision = Decision(
        decision=outcome,
        reviewer=by.shown,
        reviewer_key=by.person,
        reviewer_identity=by.identity,
        reason=checked_reason(outcome, decision_input.reason),
        via=Way(by.via),
        slack_team=by.slack_enterprise or by.slack_team,
        response_url=by.response_url,
        decided_at=gate.now(),
    )
    try:
        review, decision = _claimed(gate, rules, review_id, decision, decision_input, by)
    except ReviewStateError as refused:
        _note_refusal(gate, refused.review, by, str(refused))
        raise
    if review.status is Status.PENDING:
        _log(Event.APPROVAL, review)
        why = reason_with_answers(decision.reason, review.questions, decision.answers)
        gate.store.audit_log.append(Event.APPROVAL, review, gate.now(), by, why)
        return review
    # A second click by the same person completes what the first one may have delivered.
    return deliver(gate, review, by, again=review.claim_id != decision.claim_id)


def _claimed(
    gate: Gate,
    rules: Rules,
    review_id: str,
    decision: Decision,
    decision_input: DecisionInput,
    by: Actor,
) -> tuple[Review, Decision]:
    """The review with the decision or one more approval, and the decision with its answers."""
    outcome = decision.decision
    claimed = partial(
        claim,
        gate.store,
        review_id,
        needed=rules.approvals_needed(outcome),
        barred=rules.barred(by, outcome),
    )
    try:
        verdict = rules.verdict(by, outcome)
        if not verdict.granted:
            review = gate.store.get(review_id).seen_at(decision.decided_at)
            raise _forbidden(review, verdict.refusal)
        decision = replace(decision, self_approval_unchecked=verdict.is_unchecked)
        try:
            return claimed(decision), decision
        except QuestionsAsked as asked:
            checked = decision_input.read(asked.review.questions, decision_input.answers)
            answered = replace(decision, answers=checked)
            return claimed(answered, checked=True), answered
    except RequestedByThem as refused:
        asked = refused.review
        verdict = rules.verdict(by, outcome, asked.requested_by, asked.requesters)
        raise NotAllowed(asked, verdict.refusal) from None
    except AlreadyDecided as lost:
        if again := _taken_over(gate, lost.review, decision):
            return again, decision
        raise


def _forbidden(review: Review, why: str) -> ReviewStateError:
    """The error for a person who may not decide; that the review has ended takes precedence."""
    if review.status is Status.PENDING:
        return NotAllowed(review, why)
    return ended_error(review)


def _taken_over(gate: Gate, review: Review, decision: Decision) -> Review | None:
    """Let the same person's second click complete a decision that was interrupted."""
    decided = (review.decision, review.reviewer_key, review.via)
    same = decided == (decision.decision, decision.reviewer_key, decision.via)
    if not same or review.due_at is None or review.due_at > decision.decided_at:
        return None
    return gate.store.take(review.review_id, review.due_at, decision.decided_at)


def _note_refusal(gate: Gate, review: Review, by: Actor, why: str) -> None:
    _log(Event.REFUSED, review)
    note_refusal(gate.store, review, gate.now(), by, why)


def _log(event: Event, review: Review) -> None:
    _LOG.info(event, extra={"event": event, "review_id": review.review_id})
