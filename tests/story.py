"""A review's events, read from the audit log as by an auditor."""

from types_boto3_dynamodb import DynamoDBClient


def story(client: DynamoDBClient, audit_log_table: str, review_id: str) -> list[dict[str, str]]:
    """Return all events of a review in chronological order."""
    pages = client.get_paginator("query").paginate(
        TableName=audit_log_table,
        KeyConditionExpression="review_id = :review",
        ExpressionAttributeValues={":review": {"S": review_id}},
        ConsistentRead=True,
    )
    return [
        {name: value.get("S", "") for name, value in item.items()}
        for page in pages
        for item in page["Items"]
    ]
