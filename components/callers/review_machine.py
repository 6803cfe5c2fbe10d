"""The gate as state machines of its own, for any caller that can start an execution.

The review machine succeeds with the answer if approved, and fails otherwise, so that a caller that
ignores the answer does not continue. The answer machine succeeds with every answer. State machines
call them with `startExecution.sync:2`.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pulumi
import pulumi_aws as aws

from components.callers.state_machine import StateMachine, StateMachineArgs
from components.callers.states import FIRST_STATE, JSONATA, States
from components.settings.stage import Stage

ANSWERED = "Answered"
REQUEST = "$states.input"
"""The execution's whole input is the request."""
TIME_AROUND_A_REVIEW = timedelta(hours=1)


def longest_execution(review_timeout: timedelta) -> timedelta:
    """Maximum duration of an execution."""
    return review_timeout + TIME_AROUND_A_REVIEW


def definition(gate_states: States, review_timeout: timedelta) -> dict[str, Any]:
    """The definition; `gate_states` read `REQUEST`, and lead to `ANSWERED`."""
    return {
        "Comment": "Asks people a question. Input: a request. Output: the answer.",
        **JSONATA,
        "StartAt": FIRST_STATE,
        "TimeoutSeconds": int(longest_execution(review_timeout).total_seconds()),
        "States": {
            **gate_states,
            ANSWERED: {"Type": "Succeed", "Output": "{% $states.input.review %}"},
        },
    }


def review_machine(
    name: str,
    *,
    stage: Stage,
    gate_states: pulumi.Output[States],
    review_timeout: timedelta,
    allow: Callable[[aws.iam.Role], pulumi.Resource],
    opts: pulumi.ResourceOptions,
) -> StateMachine:
    """The machine with this name; `allow` lets its role call the gate."""
    return StateMachine(
        name,
        StateMachineArgs(
            stage=stage,
            description="Permissions of a state machine that only requests reviews",
            policy="review_machine",
            allow=allow,
            definition=gate_states.apply(lambda states: definition(states, review_timeout)),
            longest_execution=longest_execution(review_timeout),
        ),
        opts,
    )
