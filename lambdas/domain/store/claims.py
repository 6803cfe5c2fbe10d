"""Claims: the conditional write that makes a click the decision, or an approval."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta

from lambdas.domain.review.errors import NotAllowed, UnreadableRow, ended_error
from lambdas.domain.review.review import Decision, Review, Status, Way
from lambdas.domain.store.reviews import LEASE, OPEN, ReviewStore
from lambdas.domain.store.rows import REQUESTERS, unreadable

CLAIM_LEASE = timedelta(seconds=20)
"""Longer than the timeout of a function that decides. An older claim that is not done was
interrupted, and is due for the sweeper."""


class QuestionsAsked(Exception):
    """The review has questions, and the decision's answers have not been validated."""

    def __init__(self, review: Review) -> None:
        self.review = review
        super().__init__("answers must be validated first")


class RequestedByThem(Exception):
    """The requester may be the person who decides."""

    def __init__(self, review: Review) -> None:
        self.review = review
        super().__init__("the requester may not approve")


def claim(
    store: ReviewStore,
    review_id: str,
    decision: Decision,
    *,
    needed: int,
    barred: Collection[str],
    checked: bool = False,
) -> Review:
    """Make `decision` the only decision of a pending review before its deadline.

    If `needed` people must approve, the decision counts as an approval until the last one: the
    returned review is still pending. Approvals in Slack must come from one workspace. There may be
    more approvals than `needed`, if `needed` was lowered. `barred` are requesters whose reviews may
    not be approved, as returned by `requester.claims`. `checked` means that the answers have been
    validated against the review's questions, which never change. Raises `ReviewNotFound` and
    `UnreadableRow`, and, with the current review, `AlreadyDecided`, `ReviewEnded`, `NotAllowed`,
    `RequestedByThem` or `QuestionsAsked`. One call; two for the last of several approvals.
    """
    known: dict[str, object] = {"pending": Status.PENDING, "now": decision.decided_at}
    open_to_them = OPEN
    if barred:
        names = {f"b{n}": name for n, name in enumerate(sorted(barred))}
        known |= names
        them = " OR ".join(f"contains({REQUESTERS}, :{name})" for name in names)
        open_to_them += f" AND NOT ({them})"
    if not checked:
        open_to_them += " AND attribute_not_exists(questions)"
    changes = _decided(decision, decision.decided_at + CLAIM_LEASE)
    if needed == 1:
        won, review = store.change(review_id, changes, open_to_them, known)
    else:
        won, review = _count(store, review_id, decision, changes, open_to_them, known, needed)
    if won or review.claim_id == decision.claim_id:
        return review
    raise _lost(review, decision, barred)


def _count(
    store: ReviewStore,
    review_id: str,
    decision: Decision,
    changes: dict[str, object],
    open_to_them: str,
    known: dict[str, object],
    needed: int,
) -> tuple[bool, Review]:
    """Count an approval; the last one `needed` is the decision."""
    known |= {"others": needed - 1}
    voice = (decision.reviewer_key, decision.reviewer)
    is_new = "attribute_not_exists(approvals.#voice)"
    workspace: dict[str, object] = {}
    if decision.via is Way.SLACK:
        # IAM identities may approve regardless of the others' workspace.
        workspace = {"slack_team": decision.slack_team}
        known["nowhere"] = ""
        open_to_them += " AND slack_team IN (:nowhere, :slack_team)"
    else:
        changes.pop("slack_team")
    early = f"size(approvals) < :others AND {is_new}"
    won, review = store.change(
        review_id, workspace, f"{open_to_them} AND {early}", known, voice=voice
    )
    if not won and len(review.approvals) >= needed - 1:
        last = f"((size(approvals) = :others AND {is_new}) OR size(approvals) > :others)"
        won, review = store.change(
            review_id, changes, f"{open_to_them} AND {last}", known, voice=voice
        )
    return won, review


def claim_by_timeout(
    store: ReviewStore, review_id: str, decision: Decision, now: datetime
) -> tuple[bool, Review]:
    """Decide a pending review by timeout; returns the same as `ReviewStore.change`. One call."""
    pending = {"pending": Status.PENDING}
    return store.change(review_id, _decided(decision, now + LEASE), "#status = :pending", pending)


def _decided(decision: Decision, due_at: datetime) -> dict[str, object]:
    """The changes of a decision; the row is due for the sweeper in case it is interrupted."""
    return {"status": decision.decision.status, **asdict(decision), "due_at": due_at}


def _lost(review: Review, decision: Decision, barred: Collection[str]) -> Exception:
    """Why a claim failed, according to the row."""
    review = review.seen_at(decision.decided_at)
    if review.status is not Status.PENDING:
        return ended_error(review)
    elsewhere = review.slack_team and decision.slack_team != review.slack_team
    if review.approvals and decision.via is Way.SLACK and elsewhere:
        return NotAllowed(
            review, "All approvals of this review must come from the same Slack workspace."
        )
    if decision.reviewer_key in review.approvals:
        return NotAllowed(review, _approved_before(decision))
    if review.requesters & {*barred}:
        return RequestedByThem(review)
    if review.questions:
        return QuestionsAsked(review)
    damaged = UnreadableRow()
    unreadable(review.review_id, REQUESTERS, damaged)
    return damaged


def _approved_before(decision: Decision) -> str:
    again = "; someone else must approve."
    if decision.reviewer_identity in ("", decision.reviewer_key):
        return f"You already approved this{again}"
    return f"You already approved this with another of your identities{again}"
