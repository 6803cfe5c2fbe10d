"""Validate answers to a review's questions, with one rule for all endpoints.

Forms and Slack send the index of a choice, from 0, since browsers and Slack change text: spaces,
composed letters, variation selectors. JSON sends the exact text.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from lambdas.domain.review.errors import InvalidAnswer, InvalidInput
from lambdas.domain.review.parsers import number
from lambdas.domain.review.request import Answer, Kind, Question
from lambdas.domain.review.text import visible

ANSWER_LIMIT = 500
_NUMBER = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,16})?")
"""Without separators, which differ between locales."""
_YES_NO = {"yes": True, "no": False}


def checked_answers(questions: tuple[Question, ...], given: Mapping[str, Any]) -> dict[str, Answer]:
    """The answer to each question, without optional ones that are missing.

    `given`: strings, or the JSON type of the kind. An empty string is no answer; unknown names are
    ignored. Raises `InvalidAnswer` with the question and its rule.
    """
    answers: dict[str, Answer] = {}
    for question in questions:
        value = given.get(question.name)
        exact = question.kind is Kind.CHOICE
        text = visible(value) if isinstance(value, str) and not exact else value
        if text not in (None, ""):
            answers[question.name] = _READ[question.kind](question, text)
        elif question.required:
            raise InvalidAnswer(f"Answer required: {question.label}")
    return answers


def form_answers(questions: tuple[Question, ...], given: Mapping[str, str]) -> dict[str, Answer]:
    """The same for forms and Slack, which send the index of a choice. Raises the same."""
    chosen: dict[str, str] = {}
    for question in questions:
        index = given.get(question.name, "")
        if question.kind is Kind.CHOICE and index:
            by_index = {str(n): choice for n, choice in enumerate(question.choices)}
            if index not in by_index:
                raise _not_among(question)
            chosen[question.name] = by_index[index]
    return checked_answers(questions, {**given, **chosen})


def _text(question: Question, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidAnswer(f"{question.label}: the answer must be a string.")
    if len(value) > ANSWER_LIMIT:
        raise InvalidAnswer(
            f"{question.label}: the answer must be at most {ANSWER_LIMIT} characters."
            f" Yours has {len(value)}."
        )
    return value


def _number(question: Question, value: Any) -> int | float:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value) if "." in value else int(value)
    try:
        return number(question.name, value)
    except InvalidInput:
        raise InvalidAnswer(f"{question.label}: enter a number such as 12.5.") from None


def _choice(question: Question, value: Any) -> str:
    if not isinstance(value, str) or value not in question.choices:
        raise _not_among(question)
    return value


def _not_among(question: Question) -> InvalidAnswer:
    choices = ", ".join(question.shown_choices)
    return InvalidAnswer(f"{question.label}: choose one of {choices}.")


def _yes_no(question: Question, value: Any) -> bool:
    answer = _YES_NO.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(answer, bool):
        raise InvalidAnswer(f"{question.label}: answer yes or no.")
    return answer


_READ: Mapping[Kind, Callable[[Question, Any], Answer]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
}


def reason_with_answers(
    reason: str, questions: tuple[Question, ...], answers: Mapping[str, Answer]
) -> str:
    """The reason, followed by the answers."""
    answered = [f"{label}: {it}" for label, it in answer_texts(questions, answers).items()]
    return " · ".join([reason, *answered] if reason else answered)


def answer_text(answer: Answer) -> str:
    """An answer as text; of a choice, the visible characters."""
    return {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else visible(str(answer))


def answer_texts(questions: tuple[Question, ...], answers: Mapping[str, Answer]) -> dict[str, str]:
    """The answers as text, by the questions' labels, in order."""
    return {it.label: answer_text(answers[it.name]) for it in questions if it.name in answers}
