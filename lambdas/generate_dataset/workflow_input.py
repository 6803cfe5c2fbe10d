"""The workflow's input: every field optional, every field checked."""

from dataclasses import dataclass
from typing import Any

from lambdas.shared.review.errors import as_object
from lambdas.shared.review.fields import line, share, whole
from lambdas.shared.review.people import requester
from lambdas.shared.review.request_rules import REQUESTER_LIMIT, TITLE_LIMIT

ROWS_LIMIT = 100_000


@dataclass(frozen=True, kw_only=True)
class WorkflowInput:
    """What whoever starts an execution may say."""

    rows: int
    anomaly_rate: float
    title: str
    requested_by: str

    @classmethod
    def parse(cls, data: Any) -> "WorkflowInput":
        """Read the execution's input. Raises `InvalidInput` with the field, the rule and the value.

        Fields that belong to others are left alone, so that a host machine may have its own.
        """
        data = as_object("the input", data)
        asked_by = line("requested_by", data.get("requested_by", ""), REQUESTER_LIMIT)
        return cls(
            rows=whole("rows", data.get("rows", 1000), 1, ROWS_LIMIT),
            anomaly_rate=share("anomaly_rate", data.get("anomaly_rate", 0.0)),
            title=line("title", data.get("title", ""), TITLE_LIMIT),
            requested_by=requester(asked_by),
        )
