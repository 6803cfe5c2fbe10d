"""The subjects of announcements, which SNS limits in length."""

import re
from typing import Any

import boto3
import pytest

from lambdas.domain.lifecycle.announcements import Topic
from lambdas.domain.review.events import ANNOUNCED, Event
from lambdas.domain.review.results import Result
from lambdas.domain.review.review import Outcome
from tests.lambdas.conftest import before_each_call, make_review

# The longest stack name in Pulumi.
LONG = "customer-uploads." * 5 + "eu_central_1-2a"


RESULT = {"result": Result.TIMED_OUT, "decision": Outcome.REJECTED}


@pytest.mark.parametrize("event", ANNOUNCED)
@pytest.mark.parametrize("stage", ["dev", LONG])
def test_sns_accepts_the_subject_for_any_stage_name(
    moto_aws: None, monkeypatch: pytest.MonkeyPatch, event: Event, stage: str
) -> None:
    """UTF-8 without line breaks or control characters, fewer than 100 characters."""
    sns = boto3.client("sns")
    topic = Topic(sns, sns.create_topic(Name="reviews")["TopicArn"])
    published: list[dict[str, Any]] = []

    with before_each_call(monkeypatch, lambda _, parameters: published.append(parameters)):
        topic.announce(event, make_review(stage=stage, **RESULT))

    [subject] = [parameters["Subject"] for parameters in published]
    assert len(subject) < 100
    assert re.fullmatch(r"\[[ -~]+\] Signoff: [A-Z][ -~]+", subject)
    shown = subject[1:].split("]")[0].removesuffix("...")
    assert len(LONG) == 100
    assert stage.startswith(shown)
    assert len(shown) >= min(len(stage), 40), "a subject that fits is shown in full"
