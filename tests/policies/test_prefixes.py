"""The policies name the prefixes of the bucket that the functions use."""

import re

import pytest

from components.functions import policy
from lambdas.datasets.names import ATTACHMENTS, INCOMING, NEWEST, PUBLISHED, SAMPLES

PREFIXES = {
    "asker": {ATTACHMENTS},
    "check_dataset": {INCOMING, SAMPLES},
    "evidence_bucket": {PUBLISHED, NEWEST},
    "generate_dataset": {SAMPLES},
    "operator": {ATTACHMENTS, INCOMING},
    "publish_dataset": {INCOMING, SAMPLES, PUBLISHED, NEWEST},
}
TEXTS = {path.stem: path.read_text() for path in policy.FOLDER.glob("*.json")}


def prefixes_in(text: str) -> set[str]:
    return set(re.findall(r'"(?:\$\{bucket_arn\}/)?([a-z]+/)\*"', text))


@pytest.mark.parametrize("name", PREFIXES)
def test_a_policy_grants_what_is_named_in_code(name: str) -> None:
    assert prefixes_in(TEXTS[name]) == PREFIXES[name]


def test_every_policy_with_a_prefix_is_covered() -> None:
    assert {name for name, text in TEXTS.items() if prefixes_in(text)} == set(PREFIXES)
