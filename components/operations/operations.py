"""Monitoring of a stage: metrics, alarms, an alarm topic, and a dashboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.python_function import PythonFunction
from components.operations.alarms import alarms
from components.operations.counts import COUNTS
from components.operations.dashboard import console_address, dashboard_body
from components.review_gate import ReviewGate
from components.settings.decision_rules import DecisionRules
from components.settings.stage import PROJECT, Stage


@dataclass(frozen=True, kw_only=True)
class OperationsArgs:
    """What to monitor, and where to send alarms."""

    stage: Stage
    state_machine_arn: pulumi.Output[str]
    gate: ReviewGate
    functions: Mapping[str, PythonFunction]
    arrivals_rule: pulumi.Output[str]
    """The rule that starts the workflow for a new file."""
    check_function_arn: str | None
    decisions: DecisionRules
    alarm_email: str | None
    alarm_topic_arn: str | None


class Operations(pulumi.ComponentResource):
    """Alarms on unplanned failures, a dashboard, and an alarm topic."""

    alarm_topic_arn: pulumi.Output[str]
    dashboard_url: pulumi.Output[str]
    names: pulumi.Output[Mapping[str, Any]]
    """For the command line: names, URLs and expected counts; no secrets."""

    def __init__(
        self, name: str, args: OperationsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:Operations", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        # Stages may share an account, and only the namespace separates their metrics.
        self._namespace = f"{PROJECT}/{args.stage.name}"
        self._names = {label: function.name for label, function in args.functions.items()}
        self.alarm_topic_arn = self._alarm_topic()
        self._count()
        alarm_names = self._alarms()
        self.dashboard_url = self._dashboard()
        self.names = self._for_command_line(alarm_names)
        self.register_outputs({"alarm_topic_arn": self.alarm_topic_arn})

    def _alarm_topic(self) -> pulumi.Output[str]:
        """The configured topic, or else one of the stage's own."""
        if self._args.alarm_topic_arn is not None:
            return pulumi.Output.from_input(self._args.alarm_topic_arn)
        # No KMS key: CloudWatch cannot publish to a topic under the AWS-managed one.
        topic = aws.sns.Topic(
            f"{self._name}-alarms",
            signature_version=2,
            tags=self._args.stage.tags,
            opts=self._child,
        )
        aws.sns.TopicPolicy(
            f"{self._name}-alarms-policy",
            arn=topic.arn,
            policy=policy.render(
                "alarm_topic",
                topic_arn=topic.arn,
                account=policy.account_of(topic.arn),
            ),
            opts=self._child,
        )
        if self._args.alarm_email:
            aws.sns.TopicSubscription(
                f"{self._name}-alarms-email",
                topic=topic.arn,
                protocol="email",
                endpoint=self._args.alarm_email,
                opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
            )
        return topic.arn

    def _count(self) -> None:
        """Create the metrics, each with one filter per source."""
        logs = {name: function.log_group for name, function in self._args.functions.items()}
        for what, count in COUNTS.items():
            sources = logs if count.sources is None else logs.keys() & {*count.sources}
            for source in sorted(sources):
                aws.cloudwatch.LogMetricFilter(
                    f"{self._name}-count-{what}-{source.replace('_', '-')}",
                    log_group_name=logs[source].name,
                    pattern=count.pattern,
                    metric_transformation={
                        "namespace": self._namespace,
                        "name": count.metric,
                        "value": "1",
                    },
                    opts=self._child,
                )

    def _alarms(self) -> Sequence[pulumi.Output[str]]:
        """Create the alarms; returns their names."""
        gate = self._args.gate
        return [
            aws.cloudwatch.MetricAlarm(
                f"{self._name}-{alarm.name}",
                alarm_description=alarm.description,
                **alarm.metrics,
                comparison_operator="GreaterThanThreshold",
                threshold=0,
                evaluation_periods=1,
                treat_missing_data=alarm.without_data,
                alarm_actions=[self.alarm_topic_arn],
                tags=self._args.stage.tags,
                opts=self._child,
            ).name
            for alarm in alarms(
                namespace=self._namespace,
                functions=self._names,
                api=gate.decision_api.http.id,
                unhandled_queue=gate.channel.undelivered.unhandled_queue_name,
                topic=gate.channel.topic_name,
            )
        ]

    def _dashboard(self) -> pulumi.Output[str]:
        """Create the dashboard; returns its URL."""
        gate = self._args.gate

        def body(known: Mapping[str, Any]) -> dict[str, Any]:
            region = known["state_machine_arn"].split(":")[3]
            return dashboard_body(region=region, namespace=self._namespace, **known)

        dashboard = aws.cloudwatch.Dashboard(
            f"{self._name}-dashboard",
            # Dashboards have no automatic names, and their names allow no periods.
            dashboard_name=f"{self._name}-{self._args.stage.name.replace('.', '-')}",
            dashboard_body=pulumi.Output.json_dumps(
                pulumi.Output.all(
                    state_machine_arn=self._args.state_machine_arn,
                    review_machine_arn=gate.review_machine_arn,
                    functions=self._names,
                    api_id=gate.decision_api.http.id,
                    unhandled_queue=gate.channel.undelivered.unhandled_queue_name,
                    topic=gate.channel.topic_name,
                ).apply(body)
            ),
            opts=self._child,
        )
        return pulumi.Output.all(self._args.state_machine_arn, dashboard.dashboard_name).apply(
            lambda known: console_address(*known)
        )

    def _for_command_line(
        self, alarm_names: Sequence[pulumi.Output[str]]
    ) -> pulumi.Output[Mapping[str, Any]]:
        gate, undelivered = self._args.gate, self._args.gate.channel.undelivered
        return pulumi.Output.from_input(
            {
                "functions": self._names,
                "schedule": gate.sweeper.schedule_name,
                "arrivals_rule": self._args.arrivals_rule,
                "check_function_arn": self._args.check_function_arn,
                "queues": {
                    "undelivered": undelivered.queue_url,
                    "unhandled": undelivered.unhandled_queue_url,
                },
                "subscribers": gate.channel.subscribers,
                "decisions": {
                    "reviewers": len(self._args.decisions.reviewers),
                    "required_approvals": self._args.decisions.required_approvals,
                },
                "alarms": {
                    "topic_arn": self.alarm_topic_arn,
                    "names": alarm_names,
                    "subscribers": (
                        {"email": int(self._args.alarm_email is not None)}
                        if self._args.alarm_topic_arn is None
                        else {}
                    ),
                },
            }
        )
