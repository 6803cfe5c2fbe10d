"""Waiting callers: tasks of a state machine, and executions of a durable function."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Protocol

import boto3

from lambdas.domain.review.review import Review
from tests.durable_function import DurableFunction
from tests.local_stack import eventually


@dataclass(frozen=True, kw_only=True)
class CallerEnd:
    """How a caller ended: with an answer of the gate, or an error."""

    status: str
    answer: Mapping[str, Any]
    error: str = ""
    why: str = ""


class Form(Protocol):
    """One form of a caller."""

    @property
    def answers(self) -> tuple[str, ...]:
        """The operations that deliver a decision."""
        ...

    @property
    def ends(self) -> str:
        """The operation that delivers an ending without a decision."""
        ...

    @property
    def checks(self) -> str:
        """The operation that checks whether it is waiting."""
        ...

    @property
    def refusals(self) -> tuple[str, ...]:
        """The AWS errors for a caller that is no longer waiting."""
        ...

    def ask(self) -> dict[str, str]:
        """Start waiting, and return the caller's fields of a review."""
        ...

    def fail(self, review: Review) -> None:
        """Fail with the error `Elsewhere`, independent of the review."""
        ...

    def stop(self, review: Review, why: str = "maintenance") -> None:
        """Stop the caller from outside."""
        ...

    def is_waiting(self, review: Review) -> bool: ...

    def end(self, review: Review) -> CallerEnd:
        """Wait for its end."""
        ...


class WaitingTasks:
    """A state machine with one task, which sends its token to a queue."""

    answers = ("SendTaskSuccess",)
    ends = "SendTaskSuccess"
    checks = "SendTaskHeartbeat"
    refusals = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")

    def ask(self) -> dict[str, str]:
        execution = boto3.client("stepfunctions").start_execution(stateMachineArn=self._machine)
        return {"execution_arn": execution["executionArn"], "task_token": self._token()}

    def fail(self, review: Review) -> None:
        boto3.client("stepfunctions").send_task_failure(
            taskToken=review.task_token, error="Elsewhere"
        )
        self.end(review)

    def stop(self, review: Review, why: str = "maintenance") -> None:
        boto3.client("stepfunctions").stop_execution(executionArn=review.execution_arn, cause=why)

    def is_waiting(self, review: Review) -> bool:
        return self._described(review)["status"] == "RUNNING"

    def end(self, review: Review) -> CallerEnd:
        eventually(lambda: not self.is_waiting(review), "the execution's end", 30)
        answer = self._described(review)
        return CallerEnd(
            status=answer["status"],
            answer=json.loads(answer.get("output") or "{}"),
            error=answer.get("error", ""),
            why=answer.get("cause", ""),
        )

    def _described(self, review: Review) -> Any:
        return boto3.client("stepfunctions").describe_execution(executionArn=review.execution_arn)

    @cached_property
    def _queue(self) -> str:
        return boto3.client("sqs").create_queue(QueueName="tokens")["QueueUrl"]

    @cached_property
    def _machine(self) -> str:
        message = {"QueueUrl": self._queue, "MessageBody": {"token.$": "$$.Task.Token"}}
        wait = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": message,
            "End": True,
        }
        return boto3.client("stepfunctions").create_state_machine(
            name="flow",
            definition=json.dumps({"StartAt": "Wait", "States": {"Wait": wait}}),
            roleArn=_role(),
        )["stateMachineArn"]

    def _token(self) -> str:
        sqs: Any = boto3.client("sqs")

        def received() -> Any:
            return sqs.receive_message(QueueUrl=self._queue, WaitTimeSeconds=1).get("Messages")

        [message] = eventually(received, "a token", 30)
        sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return json.loads(message["Body"])["token"]


class WaitingFunctions:
    """A durable function that waits for a callback."""

    answers = ("SendDurableExecutionCallbackSuccess", "SendDurableExecutionCallbackFailure")
    ends = "SendDurableExecutionCallbackFailure"
    checks = "SendDurableExecutionCallbackHeartbeat"
    refusals = (
        "CallbackTimeoutException",
        "ResourceNotFoundException",
        "InvalidParameterValueException",
    )

    def ask(self) -> dict[str, str]:
        waiting = _waits().start()
        return {
            "execution_arn": waiting.execution_arn,
            "task_token": "",
            "callback_id": waiting.callback_id,
        }

    def fail(self, review: Review) -> None:
        boto3.client("lambda").send_durable_execution_callback_failure(
            CallbackId=review.callback_id, Error={"ErrorType": "Elsewhere"}
        )
        self.end(review)

    def stop(self, review: Review, why: str = "maintenance") -> None:
        _waits().stop(review.execution_arn, why)

    def is_waiting(self, review: Review) -> bool:
        answer = boto3.client("lambda").get_durable_execution(
            DurableExecutionArn=review.execution_arn
        )
        return answer["Status"] == "RUNNING"

    def end(self, review: Review) -> CallerEnd:
        answer = _waits().end(review.execution_arn)
        error = answer.get("Error", {})
        answer_json = answer.get("Result") or error.get("ErrorData") or "{}"
        return CallerEnd(
            status=answer["Status"],
            answer=json.loads(answer_json),
            error=error.get("ErrorType", ""),
            why=error.get("ErrorMessage", ""),
        )


@cache
def _waits() -> DurableFunction:
    """The worker's durable function, which has its own process in the emulator."""
    return DurableFunction.deploy(boto3.client("lambda"), _role())


def _role() -> str:
    made: Any = boto3.client("iam").create_role(RoleName="flow", AssumeRolePolicyDocument="{}")
    return made["Role"]["Arn"]


FORMS: Mapping[str, Callable[[], Form]] = {
    "task": WaitingTasks,
    "durable function": WaitingFunctions,
}
