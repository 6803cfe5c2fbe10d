"""The largest documented request is requested, shown and decided on the local stack."""

import json
import re

import pytest

from local import loopback
from tests.local_stack import ROOT, DeployedStage, eventually

pytestmark = pytest.mark.xdist_group("examples", first=True)


def test_the_largest_documented_request_is_reviewed_and_approved(
    dev: DeployedStage,
) -> None:
    examples = re.findall("```json\n(.*?)```", (ROOT / "docs/requests.md").read_text(), re.DOTALL)
    request = json.loads(max((it for it in examples if '"title"' in it), key=len))
    assert len(request) > 10
    # Evidence must be in the stage's own bucket.
    bucket, key = dev.outputs["evidence_bucket_name"], "attachments/reports/churn-7.pdf"
    dev.client("s3").put_object(Bucket=bucket, Key=key, Body=b"%PDF-1.7")
    request["evidence"][0] |= {"bucket": bucket, "key": key}

    asker = dev.people.session(dev.people.role(managed=dev.outputs["asker_policy_arn"]), "ci")
    reviews = f"{dev.outputs['decision_api_url']}/asker/reviews"
    answer = asker.ask("POST", reviews, request)
    assert answer.status_code == 201, answer.text
    review_id = answer.json()["review_id"]
    dev.message_with(request["title"], review_id, "Evaluation")
    page = dev.get("approve", review_id)
    for label in (question["label"] for question in request["questions"]):
        assert label in page.text

    decided = loopback.post(
        dev.outputs["approve_url"],
        data={"review": dev.linked_id(review_id), "traffic": "5", "when": "1"},
        headers={"Accept": "application/json"},
    )
    assert decided.status_code == 200, decided.text
    ended = eventually(
        lambda: asker.ask("GET", f"{reviews}/{review_id}").json()["answer"], "the answer"
    )
    assert ended["answers"] == {"traffic": 5, "when": "tonight"}
    assert ended["context"] == request["context"]
