"""The audit log with each function's own credentials: only appending is allowed."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.domain.store.audit_log import insert
from tests.local_stack import DeployedStage

pytestmark = pytest.mark.xdist_group("local_stack", first=True)

KEY = {"review_id": {"S": "a review"}, "event_id": {"S": "an event"}}
WHERE = "WHERE review_id = 'a review' AND event_id = 'an event'"
APPENDING = ["request-review", "decision-api", "close-review", "notify-slack"]


def as_function(stage: DeployedStage, function: str) -> Any:
    """Return a DynamoDB client with a function's role, which also trusts the test."""
    iam = stage.client("iam")
    [role] = [it for it in iam.list_roles()["Roles"] if function in it["RoleName"]]
    account = {"AWS": f"arn:aws:iam::{stage.account}:root"}
    trust = role["AssumeRolePolicyDocument"]
    trust["Statement"].append({"Effect": "Allow", "Principal": account, "Action": "sts:AssumeRole"})
    iam.update_assume_role_policy(RoleName=role["RoleName"], PolicyDocument=json.dumps(trust))
    session = stage.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="a-test")
    given = session["Credentials"]
    return boto3.client(
        "dynamodb",
        endpoint_url=stage.cloud_url,
        region_name=stage.region,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


@pytest.mark.parametrize("function", APPENDING)
def test_a_function_can_append_to_the_audit_log_but_not_change_it(
    dev: DeployedStage, function: str
) -> None:
    client = as_function(dev, function)
    [table] = [it for it in dev.client("dynamodb").list_tables()["TableNames"] if "audit-log" in it]
    entry = {"review_id": "a review", "event_id": f"an event of {function}", "event": "first"}

    client.execute_statement(**insert(table, entry))

    item = {**KEY, "event": {"S": "forged"}}
    for forbidden in (
        lambda: client.put_item(TableName=table, Item=item),
        lambda: client.delete_item(TableName=table, Key=KEY),
        lambda: client.update_item(TableName=table, Key=KEY, UpdateExpression="REMOVE #e"),
        lambda: client.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": item}}]}),
        lambda: client.transact_write_items(
            TransactItems=[{"Put": {"TableName": table, "Item": item}}]
        ),
        lambda: client.execute_statement(Statement=f"UPDATE \"{table}\" SET e = 'x' {WHERE}"),
        lambda: client.execute_statement(Statement=f'DELETE FROM "{table}" {WHERE}'),
        lambda: client.execute_transaction(
            TransactStatements=[{"Statement": f'DELETE FROM "{table}" {WHERE}'}]
        ),
        lambda: client.delete_table(TableName=table),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            forbidden()
    with pytest.raises(client.exceptions.DuplicateItemException):
        client.execute_statement(**insert(table, entry | {"event": "forged"}))
