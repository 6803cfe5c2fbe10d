"""The workflow's input. Every field is optional and validated."""

from dataclasses import dataclass, fields
from typing import Any

from lambdas.domain.review.parsers import fields_of, integer, line, share
from lambdas.domain.review.request_rules import REQUESTER_LIMIT, STARTED_BY, TITLE_LIMIT
from lambdas.domain.review.requester import requester

ROWS_LIMIT = 100_000


@dataclass(frozen=True, kw_only=True)
class WorkflowInput:
    """The fields of an execution's input."""

    rows: int
    anomaly_rate: float
    title: str
    requested_by: str

    @classmethod
    def parse(cls, data: Any) -> "WorkflowInput":
        """Parse the input. Raises `InvalidInput` with the field, the rule and the value.

        Unknown fields are rejected: they would be mixed with those that the workflow adds.
        """
        known = [*(it.name for it in fields(cls)), STARTED_BY]
        data = fields_of("the input", data, known)
        asked_by = line("requested_by", data.get("requested_by", ""), REQUESTER_LIMIT)
        return cls(
            rows=integer("rows", data.get("rows", 1000), 1, ROWS_LIMIT),
            anomaly_rate=share("anomaly_rate", data.get("anomaly_rate", 0.0)),
            title=line("title", data.get("title", ""), TITLE_LIMIT),
            requested_by=requester(asked_by),
        )
