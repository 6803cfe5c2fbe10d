"""A function of the user's that counts the flagged rows, in place of Signoff's own rules."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ReadTimeoutError

from lambdas.datasets.counts import FLAGGED_ROWS, ROWS, Counts
from lambdas.datasets.errors import InvalidCounts
from lambdas.datasets.objects import File
from lambdas.domain.review.errors import InvalidInput
from lambdas.domain.review.parsers import fields_of, integer, named, no_name_twice, shown
from lambdas.domain.review.request_rules import FACTS, parse_request
from lambdas.domain.review.text import likeness

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

_FIELDS = ("rows", "flagged_rows", "preview", "facts", "summary")
_OWN_FACTS = (ROWS, FLAGGED_ROWS)
_SHOWN = 500
_MOST_ROWS = 10**15
"""JSON numbers are exact up to here."""


@dataclass(frozen=True, kw_only=True)
class CheckFunction:
    """The function with this ARN."""

    client: "LambdaClient"
    arn: str

    def count(self, file: File) -> Counts:
        """Invoke the function and read its answer.

        Raises `InvalidCounts` if it is invalid, or did not come within the client's timeout.

        https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
        """
        asked = {
            "bucket": file.bucket,
            "key": file.key,
            "version_id": file.version_id,
            "size": file.size,
        }
        try:
            answered = self.client.invoke(FunctionName=self.arn, Payload=json.dumps(asked).encode())
        except ReadTimeoutError:
            raise InvalidCounts(
                "the check function did not answer in time: set its timeout to at most 14 minutes,"
                " and split larger files"
            ) from None
        answer = answered["Payload"].read()
        if "FunctionError" in answered:
            raise InvalidCounts(f"the check function failed: {_error(answer)}")
        try:
            read = json.loads(answer, object_pairs_hook=no_name_twice)
            json.dumps(read, ensure_ascii=False).encode()  # lone surrogates cannot be passed on
            return _counts(read)
        except InvalidInput as error:
            raise InvalidCounts(f"the check function's answer is invalid: {error}") from None
        except (ValueError, RecursionError):
            raise InvalidCounts("the check function's answer is not valid JSON") from None


def _counts(answer: Any) -> Counts:
    """Read the answer, by the rules of the request that its details become part of."""
    given = fields_of("the answer", answer, _FIELDS)
    rows = integer("rows", given.get("rows"), 0, _MOST_ROWS)
    flagged_rows = integer("flagged_rows", given.get("flagged_rows"), 0, rows)
    details: dict[str, Any] = {
        "facts": _facts(given.get("facts")),
        "preview": given.get("preview"),
        "summary": "" if given.get("summary") is None else given["summary"],
    }
    parse_request({"title": "?", **details}, (), timedelta.max)
    return Counts(rows=rows, flagged_rows=flagged_rows, **details)


def _facts(value: Any) -> Mapping[str, Any]:
    """Facts that fit beside Signoff's own."""
    given = named("facts", {} if value is None else value, FACTS - len(_OWN_FACTS))
    taken = {likeness(name): name for name in _OWN_FACTS}
    for name in given:
        if own := taken.get(likeness(name)):
            raise InvalidInput(
                f"facts must have other names than {own}, which Signoff adds, got {shown(name)}"
            )
    return given


def _error(text: bytes) -> str:
    """The type and message of an exception: `ValueError: row 7 has no id`."""
    try:
        error = json.loads(text)
        said = ": ".join(str(error[it]) for it in ("errorType", "errorMessage") if it in error)
    except (ValueError, TypeError, RecursionError):
        said = ""
    return (said or text.decode(errors="replace"))[:_SHOWN]
