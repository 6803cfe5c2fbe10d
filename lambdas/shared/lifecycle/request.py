"""From what the workflow hands over to a stored, announced review."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from lambdas.shared.lifecycle.gate import Gate
from lambdas.shared.review.errors import InvalidInput, as_object
from lambdas.shared.review.events import Event
from lambdas.shared.review.review import Review, new_review_id
from lambdas.shared.review.time_plan import TimePlan
from lambdas.shared.review.workflow_input import WorkflowInput
from lambdas.shared.runtime import times

Dataset = dict[str, Any]
"""The evidence as the workflow describes it."""

_DATASET: dict[str, Callable[[Any], Any]] = {
    "bucket": str,
    "key": str,
    "version_id": str,
    "sha256": str,
    "rows": int,
    "flagged_rows": int,
    "flagged_share": float,
}


@dataclass(frozen=True, kw_only=True)
class ReviewRequests:
    """Turns waiting tasks into reviews. Two AWS calls each: store, publish."""

    gate: Gate
    stage: str
    decision_api_url: str
    timeout: timedelta
    plan: TimePlan
    evidence_link: Callable[[Dataset, str], str]
    """From the evidence and the link that presigns at the click to the link that people get."""

    def request(self, payload: Mapping[str, Any]) -> Review:
        """Store and announce a review.

        `payload`: `taskToken`, `executionArn`, `enteredAt` (ISO 8601), `threshold` (a share, or
        none) and `input`, the state's input: `title`, `requested_by`, `dataset`.
        Raises `InvalidInput` where one is missing or wrong.
        """
        review = self._review(payload)
        self.gate.store.add(review)
        self.gate.topic.announce(Event.REQUESTED, review)
        return review

    def _review(self, payload: Mapping[str, Any]) -> Review:
        try:
            state_input = payload["input"]
            said = WorkflowInput.parse(state_input)
            dataset = _dataset(state_input["dataset"])
            entered_at = times.from_text(payload["enteredAt"])
            task_token, execution_arn = payload["taskToken"], payload["executionArn"]
        except KeyError as missing:
            raise InvalidInput(f"the gate was handed no {missing.args[0]}") from None
        review_id = new_review_id()

        def link(page: str) -> str:
            return f"{self.decision_api_url}/{page}?review={review_id}"

        review = Review(
            review_id=review_id,
            stage=self.stage,
            title=said.title
            or f"{dataset['flagged_rows']:,} of {dataset['rows']:,} rows are flagged",
            requested_by=said.requested_by,
            execution_arn=execution_arn,
            task_token=task_token,
            requested_at=entered_at,
            deadline=entered_at + self.timeout,
            approval_link=link("approve"),
            rejection_link=link("reject"),
            s3_file=self.evidence_link(dataset, link("evidence")),
            threshold=payload.get("threshold"),
            **dataset,
        )
        return replace(review, due_at=self.plan.next_look(review, entered_at))


def _dataset(value: Any) -> Dataset:
    data = as_object("dataset", value)
    try:
        return {name: kind(data[name]) for name, kind in _DATASET.items()}
    except KeyError as missing:
        raise InvalidInput(f"dataset has no {missing.args[0]}") from None
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput("dataset.rows, flagged_rows and flagged_share must be numbers") from None
