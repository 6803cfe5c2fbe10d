"""DynamoDB tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.deployment.resources.created import Created, Handler, aws_tags, physical_name, present

if TYPE_CHECKING:
    from local.cloud.account import Account
    from local.deployment.resources.inputs import Inputs


def table(account: Account, name: str, inputs: Inputs) -> Created:
    """Create the table with its indexes, encryption, recovery and expiry."""
    table_name = physical_name(name, inputs, longest=255)
    parameters = present(
        TableName=table_name,
        BillingMode=inputs.optional_text("billingMode"),
        AttributeDefinitions=[
            {"AttributeName": it.text("name"), "AttributeType": it.text("type")}
            for it in inputs.blocks("attributes")
        ],
        KeySchema=_keys(inputs),
        GlobalSecondaryIndexes=[_index(it) for it in inputs.blocks("globalSecondaryIndexes")]
        or None,
        SSESpecification=_encryption(inputs.optional_block("serverSideEncryption")),
        DeletionProtectionEnabled=inputs.optional_flag("deletionProtectionEnabled"),
        Tags=aws_tags(inputs),
    )
    arn = account.dynamodb.create_table(**parameters)["TableDescription"].get("TableArn", "")
    _recover(account, table_name, inputs.optional_block("pointInTimeRecovery"))
    _expire(account, table_name, inputs.optional_block("ttl"))
    return Created(table_name, {"arn": arn, "name": table_name})


def _keys(inputs: Inputs) -> list[dict[str, str]]:
    keys = [{"AttributeName": inputs.text("hashKey"), "KeyType": "HASH"}]
    if range_key := inputs.optional_text("rangeKey"):
        keys.append({"AttributeName": range_key, "KeyType": "RANGE"})
    return keys


def _index(inputs: Inputs) -> dict[str, Any]:
    projection = present(
        ProjectionType=inputs.text("projectionType"),
        NonKeyAttributes=inputs.texts("nonKeyAttributes") or None,
    )
    return present(
        IndexName=inputs.text("name"), KeySchema=_index_keys(inputs), Projection=projection
    )


def _index_keys(inputs: Inputs) -> list[dict[str, str]]:
    """Read an index's keys, written as `keySchemas` or in the older `hashKey`, `rangeKey` form."""
    schemas = inputs.blocks("keySchemas")
    if not schemas:
        return _keys(inputs)
    return [
        {"AttributeName": it.text("attributeName"), "KeyType": it.text("keyType")} for it in schemas
    ]


def _encryption(block: Inputs | None) -> dict[str, Any] | None:
    if block is None or not block.flag("enabled"):
        return None
    return present(Enabled=True, SSEType="KMS", KMSMasterKeyId=block.optional_text("kmsKeyArn"))


def _recover(account: Account, table_name: str, block: Inputs | None) -> None:
    if block is None:
        return
    account.dynamodb.update_continuous_backups(
        TableName=table_name,
        **present(
            PointInTimeRecoverySpecification=present(
                PointInTimeRecoveryEnabled=block.flag("enabled"),
                RecoveryPeriodInDays=block.optional_whole("recoveryPeriodInDays"),
            )
        ),
    )


def _expire(account: Account, table_name: str, block: Inputs | None) -> None:
    if block is None:
        return
    account.dynamodb.update_time_to_live(
        TableName=table_name,
        TimeToLiveSpecification={
            "AttributeName": block.text("attributeName"),
            "Enabled": block.flag("enabled"),
        },
    )


HANDLERS: dict[str, Handler] = {"aws:dynamodb/table:Table": table}
