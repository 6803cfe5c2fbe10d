"""Where ministack is made to do what AWS does: one module a behaviour, one function a difference.

Each module replaces functions of ministack before the cloud serves anybody; its files stay as they
are. `docs/fidelity.md` lists what differs still.
"""

from local.cloud.patches import (
    delays,
    faults,
    http_apis,
    partiql,
    schedules,
    sessions,
    signatures,
    subscriptions,
    transactions,
)
from local.cloud.patches.lambda_functions import (
    asynchronous_calls,
    durable_functions,
    environments,
    function_errors,
    queue_readers,
    unpacked_code,
    warm_interpreters,
)
from local.cloud.patches.step_functions import (
    executions,
    jsonata_fields,
    nested_executions,
    task_tokens,
)

# Faults come last: what they wrap is as AWS does it.
PATCHES = (
    asynchronous_calls,
    durable_functions,
    environments,
    executions,
    function_errors,
    http_apis,
    jsonata_fields,
    nested_executions,
    delays,
    partiql,
    queue_readers,
    schedules,
    sessions,
    unpacked_code,
    signatures,
    subscriptions,
    task_tokens,
    transactions,
    warm_interpreters,
    faults,
)


def apply() -> None:
    """Replace everything, once, before the first request."""
    for patch in PATCHES:
        patch.apply()
