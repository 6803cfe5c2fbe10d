"""The documents in `policies/`, filled in for an example account."""

from typing import Any, cast

from components.functions import policy

ACCOUNT = "111111111111"
REGION = "eu-central-1"


def arn(service: str, rest: str) -> str:
    """An ARN of the account."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


LOGS = arn("logs", "log-group:own-logs")
BUCKET = "arn:aws:s3:::evidence"
TABLE = arn("dynamodb", "table/reviews")
RECORD = arn("dynamodb", "table/record")
NOTES = arn("dynamodb", "table/notes")
TOPIC = arn("sns", "reviews")
DATASETS = arn("sns", "datasets")
PUBLISHER = f"arn:aws:iam::{ACCOUNT}:role/publisher"
SIGNING_SECRET = arn("ssm", "parameter/signing-secret")
PARAMETER = arn("ssm", "parameter/webhook")
BOT_TOKEN = arn("ssm", "parameter/bot-token")
QUEUE = arn("sqs", "undelivered")
UNHANDLED = arn("sqs", "unhandled")
MACHINE = arn("states", "stateMachine:workflow")
EXECUTIONS = arn("states", "execution:workflow")
FUNCTION = arn("lambda", "function:")
DURABLE = f"{FUNCTION}waits"

VALUES: dict[str, str | list[str]] = {
    "partition": "aws",
    "region": REGION,
    "account": ACCOUNT,
    "log_group_arn": LOGS,
    "bucket_arn": BUCKET,
    "evidence_files": f"{BUCKET}/incoming/*",
    "kms_key_arns": [arn("kms", "key/evidence")],
    "table_arn": TABLE,
    "audit_log_table_arn": RECORD,
    "notes_table_arn": NOTES,
    "topic_arn": TOPIC,
    "signing_secret_parameter_arn": SIGNING_SECRET,
    "slack_secret_parameter_arn": PARAMETER,
    "bot_token_parameter_arn": BOT_TOKEN,
    "undelivered_queue_arn": QUEUE,
    "queue_arn": QUEUE,
    "unhandled_queue_arn": UNHANDLED,
    "state_machine_arn": MACHINE,
    "executions_arn": EXECUTIONS,
    "function_arns": [f"{FUNCTION}{step}" for step in ("generate", "check", "publish")],
    "check_function_arn": f"{FUNCTION}count",
    "publisher_role_arn": PUBLISHER,
    "dataset_topic_arn": DATASETS,
    "request_review_arn": f"{FUNCTION}request",
    "durable_function_arn": DURABLE,
    "api_execution_arn": arn("execute-api", "api1234567"),
    "machine_arns": [MACHINE, arn("states", "stateMachine:review")],
    "function_arn": f"{FUNCTION}sweep",
    "notes": "slack",
}
NAMES = sorted(path.stem for path in policy.FOLDER.glob("*.json"))
TRUST = ("trust_lambda", "trust_queue_reader", "trust_scheduler", "trust_state_machine")
OF_RESOURCES = ("alarm_topic", "evidence_bucket", "undelivered_queue")
OF_ROLES = [name for name in NAMES if name not in (*TRUST, *OF_RESOURCES, "deployer")]


def document(name: str) -> dict[str, Any]:
    """`policies/NAME.json`, filled in."""
    return cast("dict[str, Any]", policy.fill(policy.load(name), VALUES))


def statements(name: str) -> list[dict[str, Any]]:
    """The statements of `policies/NAME.json`, filled in."""
    return document(name)["Statement"]


def listed(value: str | list[str]) -> list[str]:
    """`Action` and `Resource` may be one string or several."""
    return [value] if isinstance(value, str) else value
