"""The rules of the workflow: which rows are flagged, when to ask, and whether there is a sample."""

import re
from dataclasses import dataclass

from components.settings import rules
from components.settings.keys import key
from components.settings.rules import BrokenRuleError, show

WHY = "why"
"""The column with reasons, which is not configurable."""


def column(raw: object) -> str:
    """The name of a column: one line without quotes."""
    if isinstance(raw, str) and re.fullmatch(r'[^"\x00-\x1f\x7f]{1,60}', raw) and raw != WHY:
        return raw
    raise BrokenRuleError(
        f"must be the name of a column, at most 60 characters without quotes, and not {WHY}",
        show(raw),
    )


def function_arn(raw: object) -> str:
    """The ARN of a Lambda function, a version or an alias."""
    form = (
        r"arn:aws[a-z-]{0,20}:lambda:[a-z0-9-]{1,40}:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}"
        r"(:[A-Za-z0-9$_-]{1,128})?"
    )
    if isinstance(raw, str) and re.fullmatch(form, raw):
        return raw
    raise BrokenRuleError(
        "must be the ARN of a Lambda function such as"
        ' "arn:aws:lambda:REGION:111122223333:function:check"',
        show(raw),
    )


@dataclass(frozen=True, kw_only=True)
class DatasetRules:
    """How files are checked."""

    anomaly_threshold: float = key(
        "anomalyThreshold",
        rules.share,
        default="0.06",  # a string: project files do not support fractions
        about="Share of flagged rows above which a review is required, from 0 to below 1.",
    )
    flag_column: str = key(
        "flagColumn",
        column,
        default="flagged",
        about="Column with the flags of the upstream system: true, 1 or yes flags a row. Text in"
        " the column `why` flags it, too.",
    )
    check_function_arn: str | None = key(
        "checkFunctionArn",
        rules.optional(function_arn),
        default="",
        about="ARN of a Lambda function that counts the flagged rows, in place of `flagColumn`."
        " Files may then have any format.",
    )
    sample_data: bool = key(
        "sampleData",
        rules.boolean,
        default=True,
        about="Whether the workflow generates a sample batch if it is started without a file.",
    )
