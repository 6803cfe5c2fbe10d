"""A function of the user's that counts the flagged rows, in place of Signoff's own rules."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambdas.datasets.counts import Counts
from lambdas.datasets.errors import InvalidCounts
from lambdas.datasets.objects import File
from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.parsers import fields_of, integer
from lambdas.domain.review.request_rules import LARGEST_FILE as MOST_ROWS

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

_FIELDS = ("rows", "flagged_rows", "preview", "facts", "summary")
_SHOWN = 500


@dataclass(frozen=True, kw_only=True)
class CheckFunction:
    """The function with this ARN."""

    client: "LambdaClient"
    arn: str

    def count(self, file: File) -> Counts:
        """Invoke the function and read its answer. Raises `InvalidCounts` if it is invalid.

        https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
        """
        asked = {
            "bucket": file.bucket,
            "key": file.key,
            "version_id": file.version_id,
            "size": file.size,
        }
        answered = self.client.invoke(FunctionName=self.arn, Payload=json.dumps(asked).encode())
        text = answered["Payload"].read().decode()
        if "FunctionError" in answered:
            raise InvalidCounts(f"the check function failed: {text[:_SHOWN]}")
        try:
            return _counts(json.loads(text))
        except (InvalidInput, ValueError, RecursionError) as error:
            raise InvalidCounts(f"the check function's answer is invalid: {error}") from None


def _counts(answer: Any) -> Counts:
    """Read the numbers. The details are validated with the request that they are part of."""
    given = fields_of("it", answer, _FIELDS)
    rows = integer("rows", given.get("rows"), 0, MOST_ROWS)
    return Counts(
        rows=rows,
        flagged_rows=integer("flagged_rows", given.get("flagged_rows"), 0, rows),
        facts=given.get("facts") or {},
        preview=given.get("preview"),
        summary=given.get("summary") or "",
    )
