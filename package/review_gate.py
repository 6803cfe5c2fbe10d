"""The gate as a component for every language: plain values in, addresses and names out."""

import pulumi

from components import review_gate
from package.arguments import Arguments, gate_of


class ReviewGate(review_gate.ReviewGate):
    """Asks a person in Slack and waits for the decision, for any caller that can wait."""

    review_machine_arn: pulumi.Output[str]
    answer_machine_arn: pulumi.Output[str]
    """Whoever starts an execution of it asks: its input is the request, its output the answer."""
    decision_api_url: pulumi.Output[str]
    """Where the pages are on which people decide."""
    review_topic_arn: pulumi.Output[str]
    """The topic that tells what happens to each review."""
    reviews_table_name: pulumi.Output[str]
    """The table of the reviews as they stand now."""
    audit_log_table_name: pulumi.Output[str]
    """The table of what happened to each review, which is only added to."""
    slack_connection: pulumi.Output[str]
    """What writes to the channel, or `unconnected:` and what to do before anybody can be asked."""
    slack_app_manifest: pulumi.Output[str]
    """The Slack app to create, as JSON to paste into Slack."""

    def __init__(
        self, name: str, args: Arguments, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        try:
            super().__init__(name, gate_of(args), opts)
        except pulumi.RunError as wrong:
            # Pulumi shows where an error comes from; where it was found helps nobody.
            raise wrong.with_traceback(None) from None
        self.decision_api_url = self.decision_api.url
        self.review_topic_arn = self.channel.topic_arn
        self.reviews_table_name = self.store.table_name
        self.audit_log_table_name = self.store.audit_log_table_name
