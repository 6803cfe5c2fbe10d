"""The tables: reviews, the audit log, and the channels' notes."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.settings.stage import Stage
from components.settings.time_rules import TimeRules
from lambdas.domain.review.audience import INDEXES, LISTS, names_for
from lambdas.domain.review.review import EXPIRES_AT, Review

_LIST_KEYS = ("stage", "requested_at", "status", "deadline")
_ELSEWHERE = ("requested_by_name",)
"""Stored in the notes."""
LISTED = tuple(
    name
    for name in names_for(Review, INDEXES, LISTS)
    if name not in ("review_id", *_LIST_KEYS, *_ELSEWHERE)
)
"""Attributes shown in lists, so that a page is one call."""

DUE = ("status", "requested_at", "deadline", "approvals", "failures")
"""Attributes that the sweeper needs, so that an expiry needs no read."""

_TTL: aws.dynamodb.TableTtlArgsDict = {"attribute_name": EXPIRES_AT, "enabled": True}


@dataclass(frozen=True, kw_only=True)
class ReviewStoreArgs:
    """The stage decides whether the tables are protected."""

    stage: Stage


class ReviewStore(pulumi.ComponentResource):
    """Three tables: current reviews, every event of every review, and channels' notes.

    DynamoDB deletes reviews and notes after their retention, and events never. The audit log is
    append-only by permission: functions may only insert with PartiQL, which fails if the key
    exists. `PutItem` would overwrite.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.insert.html
    """

    table_name: pulumi.Output[str]
    table_arn: pulumi.Output[str]
    audit_log_table_name: pulumi.Output[str]
    audit_log_table_arn: pulumi.Output[str]
    notes_table_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: ReviewStoreArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:ReviewStore", name, None, opts)
        kept = pulumi.ResourceOptions(parent=self, protect=args.stage.protected)
        reviews = aws.dynamodb.Table(
            f"{name}-table",
            billing_mode="PAY_PER_REQUEST",
            hash_key="review_id",
            attributes=[
                {"name": "review_id", "type": "S"},
                {"name": "asker", "type": "S"},
                {"name": "execution_arn", "type": "S"},
                {"name": "stage", "type": "S"},
                {"name": "due_at", "type": "S"},
                {"name": "status", "type": "S"},
                {"name": "deadline", "type": "S"},
                {"name": "requested_at", "type": "S"},
            ],
            global_secondary_indexes=[
                # No index has task tokens or callback ids: keys only, or what lists show.
                {
                    "name": "by_execution",
                    "hash_key": "execution_arn",
                    "range_key": "review_id",
                    "projection_type": "KEYS_ONLY",
                },
                {
                    # Sparse: reviews that are done have no `due_at`.
                    "name": "by_due",
                    "hash_key": "stage",
                    "range_key": "due_at",
                    "projection_type": "INCLUDE",
                    "non_key_attributes": DUE,
                },
                {
                    "name": "by_status",
                    "hash_key": "status",
                    "range_key": "deadline",
                    "projection_type": "INCLUDE",
                    "non_key_attributes": ["stage", "requested_at", *LISTED],
                },
                {
                    "name": "by_start",
                    "hash_key": "stage",
                    "range_key": "requested_at",
                    "projection_type": "INCLUDE",
                    "non_key_attributes": ["status", "deadline", *LISTED],
                },
                {
                    # Sparse: only reviews of askers.
                    "name": "by_asker",
                    "hash_key": "asker",
                    "range_key": "deadline",
                    "projection_type": "INCLUDE",
                    "non_key_attributes": ["stage", "status", "requested_at", *LISTED],
                },
            ],
            ttl=_TTL,
            server_side_encryption={"enabled": True},
            point_in_time_recovery={"enabled": True},
            deletion_protection_enabled=args.stage.protected,
            tags=args.stage.tags,
            opts=kept,
        )
        audit_log = aws.dynamodb.Table(
            f"{name}-audit-log",
            billing_mode="PAY_PER_REQUEST",
            hash_key="review_id",
            range_key="event_id",
            attributes=[
                {"name": "review_id", "type": "S"},
                {"name": "event_id", "type": "S"},
            ],
            server_side_encryption={"enabled": True},
            point_in_time_recovery={"enabled": True},
            deletion_protection_enabled=args.stage.protected,
            tags=args.stage.tags,
            opts=kept,
        )
        # The notifiers may write here, and not to rows with task tokens or callback ids.
        notes = aws.dynamodb.Table(
            f"{name}-notes",
            billing_mode="PAY_PER_REQUEST",
            hash_key="review_id",
            attributes=[{"name": "review_id", "type": "S"}],
            ttl=_TTL,
            server_side_encryption={"enabled": True},
            point_in_time_recovery={"enabled": True},
            deletion_protection_enabled=False,
            tags=args.stage.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.table_name, self.table_arn = reviews.name, reviews.arn
        self._notes_table_name, self.notes_table_arn = notes.name, notes.arn
        self.audit_log_table_name, self.audit_log_table_arn = audit_log.name, audit_log.arn
        self.register_outputs(
            {"table_name": self.table_name, "audit_log_table_name": self.audit_log_table_name}
        )

    @property
    def environment(self) -> Mapping[str, pulumi.Input[str]]:
        """The environment of a function that uses the tables."""
        return {
            "REVIEWS_TABLE": self.table_name,
            "AUDIT_LOG_TABLE": self.audit_log_table_name,
        }

    @property
    def notes_environment(self) -> Mapping[str, pulumi.Input[str]]:
        """The environment of a function that uses the channels' notes."""
        return {"NOTES_TABLE": self._notes_table_name}

    @property
    def grants(self) -> Mapping[str, pulumi.Input[str]]:
        """The ARNs for such a function's policy."""
        return {"table_arn": self.table_arn, "audit_log_table_arn": self.audit_log_table_arn}

    @property
    def notes_grants(self) -> Mapping[str, pulumi.Input[str]]:
        """The ARNs for the policy of a function that uses the channels' notes."""
        return {"notes_table_arn": self.notes_table_arn}


@dataclass(frozen=True, kw_only=True)
class ReviewAccess:
    """What a function that changes reviews needs: the tables and the review topic.

    Also the number of required approvals, which messages mention, and the retention of reviews.
    """

    store: ReviewStore
    topic_arn: pulumi.Input[str]
    required_approvals: int
    times: TimeRules

    @property
    def environment(self) -> Mapping[str, pulumi.Input[str]]:
        """The environment of such a function."""
        return {
            **self.store.environment,
            **self.store.notes_environment,
            "REVIEW_TOPIC_ARN": self.topic_arn,
            "REQUIRED_APPROVALS": str(self.required_approvals),
            **self.times.keep_environment,
        }

    @property
    def grants(self) -> Mapping[str, pulumi.Input[str]]:
        """The ARNs for its policy."""
        return {**self.store.grants, "topic_arn": self.topic_arn}
