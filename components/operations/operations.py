"""How the team that runs a stage learns that something is wrong: alarms, a dashboard, a topic."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.functions import policy
from components.functions.arns import account_of, region_in
from components.functions.python_function import PythonFunction
from components.operations.counts import COUNTS
from components.operations.dashboard import dashboard_body
from components.operations.metrics import Metric, Queries, alone, unplanned_failures
from components.review_gate import ReviewGate
from components.settings.stage import PROJECT, Stage
from components.workflow.state_machine import StateMachine


@dataclass(frozen=True, kw_only=True)
class OperationsArgs:
    """What to watch, and whom to tell."""

    stage: Stage
    state_machine: StateMachine
    gate: ReviewGate
    functions: Mapping[str, PythonFunction]
    alarm_email: str | None


class Operations(pulumi.ComponentResource):
    """Alarms on failures that nobody decided, a dashboard, and a topic of their own."""

    alarm_topic_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: OperationsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:Operations", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        # Stages may share an account, and nothing but the namespace tells their counts apart.
        self._namespace = f"{PROJECT}/{args.stage.name}"
        self.alarm_topic_arn = self._alarm_topic()
        self._watch_reviews(self._counted())
        self._watch_functions()
        self._watch_messages()
        self._dashboard()
        self.register_outputs({"alarm_topic_arn": self.alarm_topic_arn})

    def _alarm_topic(self) -> pulumi.Output[str]:
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
                account=account_of(topic.arn),
            ),
            opts=self._child,
        )
        if self._args.alarm_email:
            aws.sns.TopicSubscription(
                f"{self._name}-alarms-email",
                topic=topic.arn,
                protocol="email",
                endpoint=self._args.alarm_email,
                opts=self._child,
            )
        return topic.arn

    def _watch_reviews(self, counted: Mapping[str, Metric]) -> None:
        self._alarm(
            "failed",
            "An execution failed, and not because its review was rejected or expired",
            unplanned_failures(self._args.state_machine.arn, counted["refused"]),
        )
        for what, description in (
            ("expired", "Nobody decided in time"),
            ("undelivered", "A request for a review did not reach its channel"),
            ("messages-undelivered", "A message about a review did not reach its channel"),
        ):
            self._alarm(what, description, alone(counted[what]))

    def _watch_functions(self) -> None:
        for function, component in self._args.functions.items():
            errors = Metric(
                namespace="AWS/Lambda",
                name="Errors",
                dimensions={"FunctionName": component.name},
            )
            self._alarm(
                f"{function.replace('_', '-')}-errors",
                f"The {function} function failed",
                alone(errors),
            )

    def _watch_messages(self) -> None:
        channel = self._args.gate.channel
        unhandled = Metric(
            namespace="AWS/SQS",
            name="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": channel.undelivered.unhandled_queue_name},
            statistic="Maximum",
        )
        unreachable = Metric(
            namespace="AWS/SNS",
            name="NumberOfNotificationsFailed",
            dimensions={"TopicName": channel.topic_name},
        )
        self._alarm(
            "unhandled",
            "An undelivered message could not be handled either: it waits in the last queue",
            alone(unhandled),
        )
        self._alarm(
            "notifications-failed",
            "The review topic could not reach a subscriber",
            alone(unreachable),
        )

    def _counted(self) -> Mapping[str, Metric]:
        """The metrics of what is counted, each made by as many filters as there are sources."""
        args = self._args
        logs = {name: component.log_group for name, component in args.functions.items()}
        logs["workflow"] = args.state_machine.log_group
        for what, count in COUNTS.items():
            for source in [source for source in count.sources if source in logs]:
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
        return {
            what: Metric(namespace=self._namespace, name=count.metric)
            for what, count in COUNTS.items()
        }

    def _alarm(self, what: str, description: str, queries: Queries) -> None:
        """It rings when what the queries return is more than nothing."""
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-{what}",
            alarm_description=description,
            metric_queries=queries,
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            evaluation_periods=1,
            treat_missing_data="notBreaching",
            alarm_actions=[self.alarm_topic_arn],
            tags=self._args.stage.tags,
            opts=self._child,
        )

    def _dashboard(self) -> None:
        args = self._args

        def body(known: Mapping[str, Any]) -> dict[str, Any]:
            region = region_in(known["state_machine_arn"])
            return dashboard_body(region=region, namespace=self._namespace, **known)

        aws.cloudwatch.Dashboard(
            f"{self._name}-dashboard",
            # Dashboards have no automatic names, and their names allow no periods.
            dashboard_name=f"{self._name}-{args.stage.name.replace('.', '-')}",
            dashboard_body=pulumi.Output.json_dumps(
                pulumi.Output.all(
                    state_machine_arn=args.state_machine.arn,
                    functions={label: part.name for label, part in args.functions.items()},
                    api_id=args.gate.decision_api.http.id,
                    unhandled_queue=args.gate.channel.undelivered.unhandled_queue_name,
                    topic=args.gate.channel.topic_name,
                ).apply(body)
            ),
            opts=self._child,
        )
