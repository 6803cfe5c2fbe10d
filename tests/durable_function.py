"""A durable function without an SDK that waits for one callback and returns its result."""

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.local_stack import eventually

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

WAITS = """
def handle(event, context):
    for operation in event["InitialExecutionState"]["Operations"]:
        details = operation.get("CallbackDetails", {})
        if "Result" in details:
            return {"Status": "SUCCEEDED", "Result": details["Result"]}
        if "Error" in details:
            return {"Status": "FAILED", "Error": details["Error"]}
    return {"Status": "PENDING"}
"""


@dataclass(frozen=True)
class Waiting:
    """An execution of the function and its callback."""

    execution_arn: str
    callback_id: str


@dataclass(frozen=True)
class DurableFunction:
    """The function, deployed."""

    client: "LambdaClient"
    arn: str

    @classmethod
    def deploy(
        cls,
        client: "LambdaClient",
        role_arn: str,
        name: str = "waits",
        source: str = WAITS,
        seconds: int = 3600,
    ) -> "DurableFunction":
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("code.py", source)
        made = client.create_function(
            FunctionName=name,
            Role=role_arn,
            Runtime="python3.13",
            Handler="code.handle",
            Code={"ZipFile": code.getvalue()},
            DurableConfig={"ExecutionTimeout": seconds, "RetentionPeriodInDays": 1},
        )
        return cls(client, made["FunctionArn"])

    def start(self) -> Waiting:
        """Start an execution that waits for its callback."""
        answer: Any = self.client.invoke(FunctionName=f"{self.arn}:$LATEST", Payload=b"{}")
        execution_arn = answer["DurableExecutionArn"]
        # A header of the emulator: on AWS, only the function's event has the token.
        token = answer["ResponseMetadata"]["HTTPHeaders"]["x-amz-durable-checkpoint-token"]
        update: Any = {"Id": "question", "Type": "CALLBACK", "Action": "START"}
        state: Any = self.client.checkpoint_durable_execution(
            DurableExecutionArn=execution_arn, CheckpointToken=token, Updates=[update]
        )
        operations = state["NewExecutionState"]["Operations"]
        [callback] = [it["CallbackDetails"] for it in operations if it["Type"] == "CALLBACK"]
        return Waiting(execution_arn, callback["CallbackId"])

    def stop(self, execution_arn: str, why: str = "") -> None:
        self.client.stop_durable_execution(
            DurableExecutionArn=execution_arn, Error={"ErrorMessage": why} if why else {}
        )

    def end(self, execution_arn: str) -> dict[str, Any]:
        """Wait for the end of an execution; return `Status`, `Result` or `Error`."""

        def ended() -> Any:
            answer = self.client.get_durable_execution(DurableExecutionArn=execution_arn)
            return answer if answer["Status"] != "RUNNING" else None

        return eventually(ended, f"the end of {execution_arn}")
