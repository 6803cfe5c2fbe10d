"""Errors of requests, with messages for the people who make them."""

from collections.abc import Mapping
from typing import Any, cast

from lambdas.domain.review.review import EVIDENCE_STAYS, UNVERIFIED, Review, Status
from lambdas.domain.runtime import times


class ReviewError(Exception):
    """A request that is not possible. The message is written for people."""


class InvalidInput(ReviewError):
    """An invalid value. The message names the field and its rule."""


class BucketElsewhere(InvalidInput):
    """A bucket is in another region, for which links cannot be signed."""

    def __init__(self, bucket: str, region: str, here: str) -> None:
        super().__init__(
            f"is in bucket {bucket} in {region}, but this gate is in {here}: copy the file to a"
            f" bucket in {here}, or use a gate in {region}"
        )


class InvalidReason(ReviewError):
    """The reason is missing or too long."""


class InvalidAnswer(ReviewError):
    """An answer is missing or invalid."""


class ReviewNotDelivered(ReviewError):
    """The stage is not connected to Slack. The message says how to connect it.

    Callers fail with the class's name as the error, as for a request that did not reach Slack.
    """

    def __init__(self, stage: str, missing: str) -> None:
        super().__init__(f"Stage {stage} is not connected to Slack. To connect it, {missing}")


class RequesterNotVerified(ReviewError):
    """The stage requires a verified requester, and this caller has none.

    Callers fail with the class's name as the error.
    """

    def __init__(self, stage: str) -> None:
        super().__init__(
            f"Stage {stage} accepts requests from verified requesters only. Send a signed request"
            " (POST /asker/reviews, signoff ask), or connect this workflow as verified in the"
            " stage's Pulumi program."
        )


class TooManyPending(ReviewError):
    """The asker has the maximum number of pending reviews."""

    def __init__(self, asker: str, most: int) -> None:
        super().__init__(
            f"{asker} has {most} pending reviews, the maximum for one asker."
            " Wait for a decision, or withdraw a review: POST /asker/reviews/ID/withdraw."
        )


class ReviewNotFound(ReviewError):
    """No review has this id."""

    def __init__(self) -> None:
        super().__init__(
            "Review not found in this stage. Open the link in the Slack message again."
        )


class UnreadableRow(ReviewError):
    """The stored data of a review is damaged."""

    def __init__(self) -> None:
        super().__init__(
            "The stored data of this review is damaged, so it cannot be shown or decided."
            " Contact the team that runs this stage: search its logs for row.unreadable."
        )


class CannotCheck(ReviewError):
    """Slack did not return the members of a user group, so permission cannot be checked."""

    def __init__(self, group: str) -> None:
        super().__init__(
            f"Slack did not return the members of user group {group}, so your permission could not"
            f" be checked. No decision was made. Try again in a minute."
        )


class ReviewStateError(ReviewError):
    """The current state of the review does not allow it."""

    def __init__(self, review: Review, text: str) -> None:
        self.review = review
        super().__init__(text)


class AlreadyDecided(ReviewStateError):
    """The review was already decided. It says by whom, how and when."""

    def __init__(self, review: Review) -> None:
        unknown = review.reviewer == UNVERIFIED
        who = "someone with the link" if unknown else ", ".join(review.decided_by.names)
        super().__init__(review, f"This review was already {review.decision} by {who}.")


class ReviewEnded(ReviewStateError):
    """The review ended without a decision. Its status says how."""

    def __init__(self, review: Review) -> None:
        super().__init__(review, f"{review.status.capitalize()}. {end_reason(review)}")


def ended_error(review: Review) -> ReviewStateError:
    """The error for a review that has ended, with or without a decision."""
    return AlreadyDecided(review) if review.status.is_decided else ReviewEnded(review)


class NoSuchEvidence(ReviewStateError):
    """The review has no file with this number."""

    def __init__(self, review: Review) -> None:
        super().__init__(review, "File not found. Open it from the review's page.")


class EvidenceEnded(ReviewStateError):
    """The evidence is no longer available."""

    def __init__(self, review: Review) -> None:
        until = times.for_people(review.evidence_until)
        days = EVIDENCE_STAYS.days
        super().__init__(
            review,
            f"The files were available until {until}, {days} days after the review ended.",
        )


class NotAllowed(ReviewStateError):
    """This person may not decide this review, or not this way. The message says why."""


class RemindedRecently(ReviewStateError):
    """The channel was reminded within the last minute."""

    def __init__(self, review: Review) -> None:
        super().__init__(
            review, "A reminder was sent within the last minute. Try again in a minute."
        )


class TooManyReminders(ReviewStateError):
    """Operators have sent the maximum number of reminders."""

    def __init__(self, review: Review, most: int) -> None:
        super().__init__(
            review, f"{most} reminders were sent for this review, which is the maximum."
        )


class NotDelivered(ReviewStateError):
    """The decision or end is stored, but its delivery to the caller is not confirmed."""

    def __init__(self, review: Review) -> None:
        what = "decision" if review.status.is_decided else "end of this review"
        super().__init__(
            review,
            f"The {what} is saved, but AWS has not confirmed its delivery. Signoff retries within"
            " two minutes and then updates the channel. You don't need to do anything.",
        )


class ForeignForm(ReviewError):
    """The form was submitted from another website."""

    def __init__(self) -> None:
        super().__init__(
            "This form came from another site and was ignored."
            " Open the link in the Slack message again."
        )


class NotAForm(ReviewError):
    """A decision was not sent as a form."""

    def __init__(self) -> None:
        super().__init__(
            "No decision was made. Send a form (Content-Type: application/x-www-form-urlencoded)"
            " with the fields review, reason and one field per question, by its name."
        )


class Unavailable(ReviewError):
    """AWS did not respond."""

    def __init__(self) -> None:
        super().__init__("AWS did not respond in time. Go back and try again.")


_ENDINGS = {
    Status.EXPIRED: "No decision was made before the deadline.",
    Status.CANCELLED: "The caller ended before a decision.",
    Status.UNDELIVERED: "The request did not reach the channel.",
}


def end_reason(review: Review) -> str:
    """Why a review ended without a decision, as a sentence."""
    return review.ended_because or _ENDINGS[review.status]


def check_not_ended(review: Review) -> None:
    """Raise `ReviewEnded` for a review that ended without a decision."""
    if review.status is not Status.PENDING and not review.status.is_decided:
        raise ReviewEnded(review)


def as_object(name: str, value: Any) -> Mapping[str, Any]:
    """Return `value` if it is a JSON object. Raises `InvalidInput` with its `name`."""
    if not isinstance(value, Mapping):
        raise InvalidInput(f"{name} must be a JSON object")
    return cast("Mapping[str, Any]", value)
