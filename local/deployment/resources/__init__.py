"""Every resource type that the laptop can make, one module per AWS service."""

from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError

from local.cloud.account import Account
from local.deployment.resources.compute import event_sources, functions
from local.deployment.resources.created import Created, Handler
from local.deployment.resources.inputs import Inputs
from local.deployment.resources.integration import apigateway, events, sns, sqs, stepfunctions
from local.deployment.resources.observability import cloudwatch, logs
from local.deployment.resources.security import iam, ssm
from local.deployment.resources.storage import dynamodb, s3
from local.errors import ResourceError

SERVICES = (
    apigateway,
    cloudwatch,
    dynamodb,
    event_sources,
    events,
    functions,
    iam,
    logs,
    s3,
    sns,
    sqs,
    ssm,
    stepfunctions,
)
HANDLERS: dict[str, Handler] = {
    token: handler for service in SERVICES for token, handler in service.HANDLERS.items()
}


def make(account: Account, token: str, name: str, values: Mapping[str, object]) -> Created:
    """Create one resource for real; an unknown type or an unread input is a `ResourceError`."""
    owner = f"{token} {name}"
    if (handler := HANDLERS.get(token)) is None:
        raise ResourceError(f"{owner}: the laptop does not know this resource type")
    inputs = Inputs(owner, values)
    try:
        created = handler(account, name, inputs)
    except (BotoCoreError, ClientError) as error:
        raise ResourceError(f"{owner}: {error}") from error
    inputs.refuse_unread()
    return created
