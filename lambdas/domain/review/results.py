"""The result of an execution, and its text for people."""

from enum import StrEnum


class Result(StrEnum):
    """How an execution ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    ABORTED = "aborted"


_AFTER = {"approved": "approval", "rejected": "rejection"}
_HEADLINES = {
    Result.FAILED: "Failed",
    Result.TIMED_OUT: "Timed out",
    Result.ABORTED: "Stopped",
}


def failure_headline(result: Result) -> str:
    """`Execution failed`: the result of an execution without a review."""
    return f"Execution {_HEADLINES[result].lower()}"


def result_headline(result: str, detail: str, decision: str) -> str:
    """`Published`, or `Failed after approval`. The detail of a success names what was published."""
    succeeded = "Published" if detail else "Execution succeeded"
    headline = _HEADLINES.get(Result(result), succeeded)
    if result == Result.SUCCEEDED and decision == "approved":
        return headline
    return f"{headline} after {_AFTER[decision]}"


def result_text(result: str, detail: str, decision: str) -> str:
    """The headline and the detail, if any: `Failed after approval: S3.NoSuchKey`."""
    headline = result_headline(result, detail, decision)
    return f"{headline}: {detail}" if detail else headline
