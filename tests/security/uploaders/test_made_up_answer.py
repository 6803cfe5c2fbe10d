"""An answer is neither of the choices, so that something else is published."""

from typing import Any

import pytest

from lambdas.datasets.errors import NotPublished
from lambdas.datasets.publishing import QUESTION
from lambdas.domain.review.errors import InvalidAnswer
from lambdas.domain.review.questions import checked_answers, form_answers
from lambdas.domain.review.request import Kind, Question
from tests.lambdas.datasets.conftest import Bucket, in_time

ASKED = (
    Question(
        name=QUESTION["name"],
        label=QUESTION["label"],
        kind=Kind(QUESTION["kind"]),
        choices=tuple(QUESTION["choices"]),
    ),
)
MADE_UP = ["no rows", "ALL ROWS", "all rows ", "all rows\u200b", "0", "only rows that are flagged"]


@pytest.mark.parametrize("answer", [*MADE_UP, 0, True, ["all rows"], {"a": 1}])
def test_the_gate_refuses_it(answer: Any) -> None:
    with pytest.raises(InvalidAnswer, match="choose one of all rows, only rows that are not"):
        checked_answers(ASKED, {"publish": answer})


@pytest.mark.parametrize("index", ["2", "-1", "all rows", "00", "\u0660"])
def test_a_form_with_another_index_is_refused(index: str) -> None:
    with pytest.raises(InvalidAnswer, match="choose one of"):
        form_answers(ASKED, {"publish": index})


@pytest.mark.parametrize("answer", MADE_UP)
def test_the_publisher_refuses_it_too(bucket: Bucket, answer: str) -> None:
    dataset = bucket.dataset(bucket.put("id,flagged\n1,yes\n"))

    with pytest.raises(NotPublished, match="the answer must be all rows or only rows that"):
        bucket.publisher.publish(dataset, answer, "", in_time)
    assert bucket.keys("published/") == []
