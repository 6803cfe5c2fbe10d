"""How the team that runs a stage learns that something is wrong: alarms, a dashboard, a topic."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components import policy
from components.dashboard import dashboard_body
from components.metrics import PERIOD_SECONDS, Metric, unplanned_failures
from components.python_function import PythonFunction
from components.review_gate import ReviewGate
from components.stage import PROJECT, Stage
from components.state_machine import StateMachine

DECIDED = '{{ ($.event = "review.decided") && ($.decision = "{}") }}'
EXPIRED = '{ $.event = "review.expired" }'
# A review that ends without approval reaches one of the state machine's Fail states.
REFUSED = '{ $.type = "FailStateEntered" }'


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
        self._watch_executions()
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
                account=topic.arn.apply(lambda arn: arn.split(":")[4]),
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

    def _watch_executions(self) -> None:
        machine = self._args.state_machine
        # What the ways to decide count adds up in one metric for each outcome.
        for function, component in self._args.gate.deciding_functions.items():
            for outcome in ("Approved", "Rejected"):
                pattern = DECIDED.format(outcome.lower())
                self._count(outcome, function, component.log_group, pattern)
        close = self._args.gate.close_review.log_group
        expired = self._count("Expired", "close_review", close, EXPIRED)
        refused = self._count("Refused", "workflow", machine.log_group, REFUSED)
        self._alarm("expired", "Nobody decided in time", expired)
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-failed",
            alarm_description=(
                "An execution failed, and not because its review was rejected or expired"
            ),
            metric_queries=unplanned_failures(machine.arn, refused),
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            evaluation_periods=1,
            treat_missing_data="notBreaching",
            alarm_actions=[self.alarm_topic_arn],
            tags=self._args.stage.tags,
            opts=self._child,
        )

    def _watch_functions(self) -> None:
        for function, component in self._args.functions.items():
            self._alarm(
                f"{function.replace('_', '-')}-errors",
                f"The {function} function failed",
                Metric(
                    namespace="AWS/Lambda",
                    name="Errors",
                    dimensions={"FunctionName": component.name},
                ),
            )

    def _watch_messages(self) -> None:
        channel = self._args.gate.channel
        self._alarm(
            "undelivered",
            "A message did not arrive: it waits in the queue of undelivered messages",
            Metric(
                namespace="AWS/SQS",
                name="ApproximateNumberOfMessagesVisible",
                dimensions={"QueueName": channel.undelivered_queue_name},
                statistic="Maximum",
            ),
        )
        self._alarm(
            "notifications-failed",
            "The review topic could not reach a subscriber",
            Metric(
                namespace="AWS/SNS",
                name="NumberOfNotificationsFailed",
                dimensions={"TopicName": channel.topic_name},
            ),
        )

    def _count(
        self, outcome: str, source: str, logs: aws.cloudwatch.LogGroup, pattern: str
    ) -> Metric:
        metric = Metric(namespace=self._namespace, name=f"Reviews{outcome}")
        aws.cloudwatch.LogMetricFilter(
            f"{self._name}-count-{outcome.lower()}-{source.replace('_', '-')}",
            log_group_name=logs.name,
            pattern=pattern,
            metric_transformation={
                "namespace": metric.namespace,
                "name": metric.name,
                "value": "1",
            },
            opts=self._child,
        )
        return metric

    def _alarm(self, what: str, description: str, metric: Metric) -> None:
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-{what}",
            alarm_description=description,
            namespace=metric.namespace,
            metric_name=metric.name,
            dimensions=metric.dimensions,
            statistic=metric.statistic,
            period=PERIOD_SECONDS,
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
            region = known["state_machine_arn"].split(":")[3]
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
                    queue=args.gate.channel.undelivered_queue_name,
                    topic=args.gate.channel.topic_name,
                ).apply(body)
            ),
            opts=self._child,
        )
