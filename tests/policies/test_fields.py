"""The notifier's policy allows exactly the attributes that fields declare for Slack."""

from typing import Any

from components.functions import policy
from lambdas.domain.review.audience import SLACK, names_for
from lambdas.domain.review.review import Review

FILE = "policies/notify_slack.json, ReadReviews"


def test_the_notifier_reads_exactly_the_fields_declared_for_it() -> None:
    document: Any = policy.load("notify_slack")
    [reading] = [it for it in document["Statement"] if it["Sid"] == "ReadReviews"]
    fields = set(reading["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"])
    declared = set(names_for(Review, SLACK))

    assert not declared - fields, f"{FILE}: add {sorted(declared - fields)}"
    assert not fields - declared, f"{FILE}: remove {sorted(fields - declared)}"
