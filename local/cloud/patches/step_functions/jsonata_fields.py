"""JSONata where ministack only supports JSONPath: timeouts, Succeed outputs, TestState.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import json
from typing import Any

from ministack.core.responses import json_response, now_iso
from ministack.services import stepfunctions as states

TIMES = ("TimeoutSeconds", "HeartbeatSeconds")

_apply_output_path = states._apply_output_path
_execute_task = states._execute_task
_test_state = states._test_state


def _execute(state: Any, given: Any, execution: Any, context: Any) -> Any:
    """Evaluate timeouts, which may be expressions; ministack expects numbers."""
    return _execute_task({**state, **_times(state, given, context)}, given, execution, context)


def _times(state: Any, given: Any, context: Any) -> dict[str, Any]:
    if states._state_query_language(state, context) != "JSONata":
        return {}
    return {
        field: states._jsonata_state_field(state, field, "number", given, context)
        for field in TIMES
        if field in state
    }


def _output(state: Any, data: Any, context: Any = None) -> Any:
    """Evaluate the output of a Succeed state."""
    if states._state_query_language(state, context) == "JSONata":
        return states._apply_jsonata_output(state, data, context, default=data)
    return _apply_output_path(state, data, context)


def _test(data: Any) -> Any:
    """Test a JSONata task with a mocked result; ministack only supports JSONPath.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
    """
    machine = json.loads(data["definition"])
    name = data.get("stateName") or machine.get("StartAt", "")
    state = machine["States"][name] if "States" in machine else machine
    context = {
        "QueryLanguage": machine.get("QueryLanguage", "JSONPath"),
        "State": {"Name": name, "EnteredTime": now_iso()},
        **json.loads(data.get("context", "{}")),
    }
    in_jsonata = states._state_query_language(state, context) == "JSONata"
    if state["Type"] != "Task" or not in_jsonata or "mock" not in data:
        return _test_state(data)
    given = json.loads(data.get("input", "{}"))
    try:
        arguments = states._apply_jsonata_arguments(state, given, context)
        _times(state, given, context)
        answer = _answered(state, given, context, data["mock"])
    except states._ExecutionError as error:
        return json_response({"status": "FAILED", "error": error.error, "cause": error.cause})
    inspected = {"input": json.dumps(given), "afterArguments": json.dumps(arguments)}
    return json_response({**answer, "inspectionData": inspected})


def _answered(state: Any, given: Any, context: Any, mock: Any) -> dict[str, Any]:
    if "result" in mock:
        result = json.loads(mock["result"])
        output = states._apply_jsonata_output(state, given, context, result=result, default=result)
        return {"status": "SUCCEEDED", "output": json.dumps(output), "nextState": state["Next"]}
    error, cause = mock["errorOutput"]["error"], mock["errorOutput"]["cause"]
    failed = {"error": error, "cause": cause}
    retrier, _ = states._find_matching_retrier(state.get("Retry", []), error, {})
    if retrier:
        return {"status": "RETRIABLE", **failed}
    catcher = states._find_matching_catcher(state.get("Catch", []), error)
    if not catcher:
        return {"status": "FAILED", **failed}
    output = states._apply_catcher(
        catcher, given, context, "JSONata", {"Error": error, "Cause": cause}
    )
    next_state = catcher["Next"]
    return {
        "status": "CAUGHT_ERROR",
        "output": json.dumps(output),
        "nextState": next_state,
        **failed,
    }


def apply() -> None:
    """Evaluate the expressions that ministack does not."""
    states._apply_output_path = _output
    states._execute_task = _execute
    states._test_state = _test
