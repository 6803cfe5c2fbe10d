"""Where reviews are kept: who was asked, who decided, why and when."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.stage import Stage


@dataclass(frozen=True, kw_only=True)
class ReviewStoreArgs:
    """The stage decides whether the table is protected."""

    stage: Stage


class ReviewStore(pulumi.ComponentResource):
    """The table of reviews by id, with an index by execution."""

    table_name: pulumi.Output[str]
    table_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: ReviewStoreArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("signoff:index:ReviewStore", name, None, opts)
        table = aws.dynamodb.Table(
            f"{name}-table",
            billing_mode="PAY_PER_REQUEST",
            hash_key="review_id",
            attributes=[
                {"name": "review_id", "type": "S"},
                {"name": "execution_arn", "type": "S"},
            ],
            global_secondary_indexes=[
                {
                    "name": "by_execution",
                    "hash_key": "execution_arn",
                    "range_key": "review_id",
                    "projection_type": "ALL",
                }
            ],
            server_side_encryption={"enabled": True},
            point_in_time_recovery={"enabled": True},
            deletion_protection_enabled=args.stage.protected,
            tags=args.stage.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.stage.protected),
        )
        self.table_name = table.name
        self.table_arn = table.arn
        self.register_outputs({"table_name": self.table_name, "table_arn": self.table_arn})
