"""Unconfirmed subscriptions are listed without an ARN, as on AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local import loopback
from tests.http_stub import Answer, http_stub
from tests.local_stack import eventually

if TYPE_CHECKING:
    from local.cloud.account import Account


def test_a_subscription_has_no_arn_in_the_list_until_it_is_confirmed(account: Account) -> None:
    topic = account.sns.create_topic(Name="listed")["TopicArn"]

    def listed() -> set[str]:
        answer = account.sns.list_subscriptions_by_topic(TopicArn=topic)
        return {it.get("SubscriptionArn", "") for it in answer["Subscriptions"]}

    account.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ada@example.com")
    (confirmed,) = listed()
    assert confirmed.startswith(topic)
    with http_stub(Answer()) as endpoint:
        account.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint.url)
        assert listed() == {confirmed, "PendingConfirmation"}

        eventually(lambda: endpoint.asked, "the request for a confirmation")
        [(_, _, body)] = endpoint.asked
        loopback.get(json.loads(body)["SubscribeURL"]).raise_for_status()

    assert confirmed in listed()
    assert all(arn.startswith(topic) for arn in listed())
