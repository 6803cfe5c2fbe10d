"""Who is first: the one conditional write that makes a click the decision, or a vote."""

from dataclasses import asdict
from datetime import timedelta

from lambdas.shared.review.errors import AlreadyDecided, NotAllowed, ReviewEnded
from lambdas.shared.review.review import Decision, Review, Status
from lambdas.shared.store.reviews import ReviewStore

CLAIM_LEASE = timedelta(seconds=20)
"""Longer than a function that takes decisions may run: an older claim that is not done was cut
off, and is due for the sweeper."""


class QuestionsAsked(Exception):
    """The review asks questions; the decision comes with answers that nobody has checked."""

    def __init__(self, review: Review) -> None:
        self.review = review
        super().__init__("answers are to be checked first")


def claim(
    store: ReviewStore,
    review_id: str,
    decision: Decision,
    *,
    needed: int,
    own: bool,
    checked: bool = False,
) -> Review:
    """Make `decision` the one decision of a pending review that is not past its deadline.

    Where `needed` people of one Slack workspace must agree, the decision counts as an approval
    until the last one's comes: then the answer is still pending. Approvals may be more than
    `needed` already, if fewer were needed since. `own` lets the requester decide; `checked` says
    that the answers are those that the review asks for. A review's questions never change.
    Raises `ReviewNotFound`, `AlreadyDecided`, `ReviewEnded`, `NotAllowed` or `QuestionsAsked`, with
    the review as it stands. One call; the last of several approvals costs two.
    """
    known = {"pending": Status.PENDING, "now": decision.decided_at}
    open_to_them = "#status = :pending AND deadline > :now"
    if not own:
        open_to_them += " AND requested_by <> :reviewer"
    if not checked:
        open_to_them += " AND attribute_not_exists(questions)"
    changes = decided(decision, CLAIM_LEASE)
    if needed == 1:
        won, review = store.change(review_id, changes, open_to_them, known)
    else:
        known |= {"reviewer": decision.reviewer, "others": needed - 1}
        vote = {"approvals": {decision.reviewer}}
        new_voice = "slack_team = :slack_team AND NOT contains(approvals, :reviewer)"
        early = f"(attribute_not_exists(approvals) OR (size(approvals) < :others AND {new_voice}))"
        won, review = store.change(
            review_id,
            {"slack_team": decision.slack_team},
            f"{open_to_them} AND {early}",
            known,
            additions=vote,
        )
        if not won and len(review.approvals) >= needed - 1:
            enough = "slack_team = :slack_team AND size(approvals) > :others"
            last = f"((size(approvals) = :others AND {new_voice}) OR ({enough}))"
            won, review = store.change(
                review_id, changes, f"{open_to_them} AND {last}", known, additions=vote
            )
    if won or review.claim_id == decision.claim_id:
        return review
    raise _lost(review, decision, own=own, checked=checked)


def decided(decision: Decision, lease: timedelta) -> dict[str, object]:
    """What a decision changes in the row; it is due for the sweeper when the lease is over."""
    due_at = decision.decided_at + lease
    return {"status": decision.decision.status, **asdict(decision), "due_at": due_at}


def _lost(review: Review, decision: Decision, *, own: bool, checked: bool) -> Exception:
    """Why a claim failed, as the row tells."""
    review = review.seen_at(decision.decided_at)
    if review.status.is_decided:
        return AlreadyDecided(review)
    if review.status is not Status.PENDING:
        return ReviewEnded(review)
    if review.approvals and decision.slack_team != review.slack_team:
        return NotAllowed(review, "The approvals of this review come from another workspace.")
    if decision.reviewer in review.approvals:
        return NotAllowed(review, "You have approved this already; it takes somebody else now.")
    yourself = not own and decision.reviewer == review.requested_by
    if review.questions and not checked and not yourself:
        return QuestionsAsked(review)
    return NotAllowed(review, "You requested this yourself; somebody else has to decide.")
