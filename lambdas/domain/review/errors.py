"""What can be wrong with what somebody asks; each text says so to people."""

from collections.abc import Mapping
from typing import Any, cast

from lambdas.domain.review.review import EVIDENCE_STAYS, UNVERIFIED, Review, Status
from lambdas.domain.runtime import times


class ReviewError(Exception):
    """Something forbids what was asked; the text says so to people."""


class InvalidInput(ReviewError):
    """What somebody hands over is wrong; the text names the field and its rule."""


class BucketElsewhere(InvalidInput):
    """A bucket is in another region, so no link to its files can be signed here."""

    def __init__(self, bucket: str, region: str, here: str) -> None:
        super().__init__(
            f"is in the bucket {bucket} in {region}, but this gate is in {here}: copy the file to a"
            f" bucket in {here}, or ask a gate in {region}"
        )


class InvalidReason(ReviewError):
    """The reason is missing where one is needed, or too long."""


class InvalidAnswer(ReviewError):
    """A question is not answered that has to be, or not with what it takes."""


class ReviewNotDelivered(ReviewError):
    """Nobody can be asked, since the stage is not connected to Slack; the text says what to do.

    The class's name is the error that callers hear, as where a request reached nobody.
    """

    def __init__(self, stage: str, missing: str) -> None:
        super().__init__(f"Stage {stage} is not connected to Slack, so nobody was asked: {missing}")


class RequesterNotVerified(ReviewError):
    """The stage wants a verified requester, and this caller has none.

    The class's name is the error with which callers fail.
    """

    def __init__(self, stage: str) -> None:
        super().__init__(
            f"Stage {stage} takes requests from verified requesters only, so nobody was asked. Ask"
            " by a signed request (POST /asker/reviews, signoff ask), or connect this workflow as"
            " verified in the stage's program."
        )


class TooManyPending(ReviewError):
    """An asker has the maximum of pending reviews."""

    def __init__(self, asker: str, most: int) -> None:
        super().__init__(
            f"{asker} has {most} pending reviews, which is the maximum for one asker."
            " Wait for a decision, or withdraw one: POST /asker/reviews/ID/withdraw."
        )


class ReviewNotFound(ReviewError):
    """There is no review of this id."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such review in this stage. Open the link from the message once more."
        )


class UnreadableRow(ReviewError):
    """What is stored of a review cannot be read, whatever is wrong with it."""

    def __init__(self) -> None:
        super().__init__(
            "The stored data of this review is damaged, so it can be neither shown nor decided."
            " Ask the team that runs this stage: its logs name the damage as row.unreadable."
        )


class CannotCheck(ReviewError):
    """Slack has not said who is in a group, on which it depends who may decide."""

    def __init__(self, group: str) -> None:
        super().__init__(
            f"Whether you may decide cannot be checked now: Slack did not say who is in the user"
            f" group {group}. Nothing was decided; try again in a minute."
        )


class ReviewStands(ReviewError):
    """The review itself, as it stands, forbids it."""

    def __init__(self, review: Review, text: str) -> None:
        self.review = review
        super().__init__(text)


class AlreadyDecided(ReviewStands):
    """Somebody decided before: the review says who, what and when."""

    def __init__(self, review: Review) -> None:
        unknown = review.reviewer == UNVERIFIED
        who = "somebody with the link" if unknown else ", ".join(review.decided_by.names)
        super().__init__(review, f"This review was already {review.decision} by {who}.")


class ReviewEnded(ReviewStands):
    """The review is over without a decision; its status says how."""

    def __init__(self, review: Review) -> None:
        super().__init__(review, f"{review.status.capitalize()}. {why_over(review)}")


def over(review: Review) -> ReviewStands:
    """Why nothing can happen any more to a review that is over, whichever way it ended."""
    return AlreadyDecided(review) if review.status.is_decided else ReviewEnded(review)


class NoSuchEvidence(ReviewStands):
    """The review has no file of this number."""

    def __init__(self, review: Review) -> None:
        super().__init__(review, "This review has no such file. Open it from the review's page.")


class EvidenceEnded(ReviewStands):
    """The evidence was there for those who had to decide, and for a while after that."""

    def __init__(self, review: Review) -> None:
        until = times.for_people(review.evidence_until)
        days = EVIDENCE_STAYS.days
        super().__init__(
            review,
            f"The files could be downloaded until {until}, {days} days after the review's end.",
        )


class NotAllowed(ReviewStands):
    """This person, or this way, may not decide this review; the text says why."""


class RemindedJustNow(ReviewStands):
    """The channel has heard of it within the last minute."""

    def __init__(self, review: Review) -> None:
        super().__init__(
            review, "The channel was reminded within the last minute. Try again in a minute."
        )


class RemindedOften(ReviewStands):
    """Operators have reminded the channel of a review the maximum number of times."""

    def __init__(self, review: Review, most: int) -> None:
        super().__init__(
            review, f"The channel was reminded of this review {most} times, which is the maximum."
        )


class NotDelivered(ReviewStands):
    """The decision, or the end, is recorded, but the caller has not confirmed it yet."""

    def __init__(self, review: Review) -> None:
        what = "decision" if review.status.is_decided else "end of this review"
        super().__init__(
            review,
            f"The {what} is recorded, but AWS has not confirmed it yet. It will be tried again"
            " within two minutes, and the channel will say so; nothing can be decided twice.",
        )


class ForeignForm(ReviewError):
    """Another website had somebody's browser send the form."""

    def __init__(self) -> None:
        super().__init__(
            "This form came from another site and was ignored."
            " Open the link in the Slack message again."
        )


class NotAForm(ReviewError):
    """A decision was not sent as a form."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was decided. Send a form (Content-Type: application/x-www-form-urlencoded)"
            " with the fields review, reason and the answers by the questions' names."
        )


class Unavailable(ReviewError):
    """AWS did not answer."""

    def __init__(self) -> None:
        super().__init__("AWS did not answer in time. Go back and press the button once more.")


_ENDINGS = {
    Status.EXPIRED: "Nobody decided before the deadline.",
    Status.CANCELLED: "Its caller ended before anybody decided.",
    Status.UNDELIVERED: "The request never reached the channel.",
}


def why_over(review: Review) -> str:
    """Why a review is over without a decision, in a sentence."""
    return review.ended_because or _ENDINGS[review.status]


def check_not_over(review: Review) -> None:
    """Raise `ReviewEnded` for a review that is over without a decision."""
    if review.status is not Status.PENDING and not review.status.is_decided:
        raise ReviewEnded(review)


def as_object(name: str, value: Any) -> Mapping[str, Any]:
    """Check that `value` is a JSON object. Raises `InvalidInput` with its `name`."""
    if not isinstance(value, Mapping):
        raise InvalidInput(f"{name} must be a JSON object")
    return cast("Mapping[str, Any]", value)
