"""From what the workflow hands over to a stored, announced review."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from lambdas.shared.lifecycle.gate import Gate
from lambdas.shared.review.errors import InvalidInput, as_object
from lambdas.shared.review.events import Event
from lambdas.shared.review.fields import exactly, moment, sha256, share, whole
from lambdas.shared.review.review import Review, new_review_id
from lambdas.shared.review.time_plan import TimePlan
from lambdas.shared.review.workflow_input import WorkflowInput

Dataset = dict[str, Any]
"""The evidence as the workflow describes it."""

_rows = partial(whole, least=0, most=10**15)
_DATASET: Mapping[str, Callable[[str, Any], Any]] = {
    "bucket": exactly,
    "key": exactly,
    "version_id": exactly,
    "sha256": sha256,
    "rows": _rows,
    "flagged_rows": _rows,
    "flagged_share": share,
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
            entered_at = moment("enteredAt", payload["enteredAt"])
            task_token = exactly("taskToken", payload["taskToken"])
            execution_arn = exactly("executionArn", payload["executionArn"])
        except KeyError as missing:
            raise InvalidInput(f"the gate was handed no {missing.args[0]}") from None
        threshold = payload.get("threshold")
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
            threshold=None if threshold is None else share("threshold", threshold),
            **dataset,
        )
        return replace(review, due_at=self.plan.next_look(review, entered_at))


def _dataset(value: Any) -> Dataset:
    data = as_object("dataset", value)
    try:
        return {name: read(f"dataset.{name}", data[name]) for name, read in _DATASET.items()}
    except KeyError as missing:
        raise InvalidInput(f"dataset has no {missing.args[0]}") from None
