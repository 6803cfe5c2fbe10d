"""Patches that make ministack behave like AWS.

There is one module per behavior and one function per difference. Each module replaces functions
at run time, before the cloud accepts requests. `docs/fidelity.md` lists the remaining differences.
"""

from local.cloud.patches import (
    delays,
    faults,
    http_apis,
    object_events,
    object_ranges,
    partiql,
    principals,
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

# Faults come last: they wrap patched functions.
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
    object_events,
    object_ranges,
    partiql,
    principals,
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
    """Apply all patches, once, before the first request."""
    for patch in PATCHES:
        patch.apply()
