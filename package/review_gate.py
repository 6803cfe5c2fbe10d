"""The gate as a component for every language: plain values in, URLs and names out."""

import pulumi

from components import review_gate
from package.arguments import Arguments, gate_of


class ReviewGate(review_gate.ReviewGate):
    """Ask a person in Slack and wait for the decision, for any caller that can wait."""

    review_machine_arn: pulumi.Output[str]
    answer_machine_arn: pulumi.Output[str]
    """To ask, start an execution: its input is the request, its output the answer."""
    decision_api_url: pulumi.Output[str]
    """Base URL of the pages on which people decide."""
    review_topic_arn: pulumi.Output[str]
    """Topic that announces the events of reviews."""
    reviews_table_name: pulumi.Output[str]
    """Table of the reviews in their current state."""
    audit_log_table_name: pulumi.Output[str]
    """Append-only table of audit entries."""
    slack_connection: pulumi.Output[str]
    """How the channel is connected, or `unconnected:` and how to connect it."""
    slack_app_manifest: pulumi.Output[str]
    """Manifest of the Slack app to create, as JSON to paste into Slack."""

    def __init__(
        self, name: str, args: Arguments, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        try:
            super().__init__(name, gate_of(args), opts)
        except pulumi.RunError as wrong:
            # The user's program caused the error, so a traceback into this package is noise.
            raise wrong.with_traceback(None) from None
        self.decision_api_url = self.decision_api.url
        self.review_topic_arn = self.channel.topic_arn
        self.reviews_table_name = self.store.table_name
        self.audit_log_table_name = self.store.audit_log_table_name
