"""A decision that is made before the first look, which only chance can show on a laptop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from signoff.asking.following import Following
from signoff.errors import Forbidden, SignoffError, UnknownCaller, Unreachable
from signoff.executions import State
from tests.signoff.reviews import summary

if TYPE_CHECKING:
    from collections.abc import Generator

    from signoff.api import OperatorApi
    from signoff.executions import Executions

APPROVED = State(status="SUCCEEDED", output={"decision": "approved"}, error="", cause="")


class _Ended:
    def state(self, _arn: str) -> State:
        return APPROVED


class _Api:
    def __init__(self, trouble: SignoffError | None = None) -> None:
        self._trouble = trouble

    def reviews(self, _status: str) -> Generator[dict[str, Any]]:
        if self._trouble:
            raise self._trouble
        yield summary(status="APPROVED")


def followed(api: _Api) -> Following:
    arn = summary()["execution_arn"]
    following = Following(cast("Executions", _Ended()), cast("OperatorApi", api), arn)
    following.until_asked()
    return following


def test_its_review_is_known() -> None:
    review = followed(_Api()).review
    assert review
    assert review["review_id"] == summary()["review_id"]


@pytest.mark.parametrize("trouble", [Forbidden, UnknownCaller, Unreachable])
def test_it_is_told_where_no_review_can_be_looked_up(trouble: type[SignoffError]) -> None:
    following = followed(_Api(trouble("No answer")))
    assert (following.state, following.review) == (APPROVED, None)
