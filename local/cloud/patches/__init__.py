"""Where ministack is made to do what AWS does: one module a behaviour, one function a difference.

Each module replaces functions of ministack before the cloud serves anybody; its files stay as they
are. `docs/fidelity.md` lists what differs still.
"""

from local.cloud.patches import (
    asynchronous_calls,
    durable_functions,
    environments,
    executions,
    function_errors,
    jsonata_fields,
    nested_executions,
    pace,
    partiql,
    queue_readers,
    schedules,
    task_tokens,
    transactions,
)

PATCHES = (
    asynchronous_calls,
    durable_functions,
    environments,
    executions,
    function_errors,
    jsonata_fields,
    nested_executions,
    pace,
    partiql,
    queue_readers,
    schedules,
    task_tokens,
    transactions,
)


def apply() -> None:
    """Replace everything, once, before the first request."""
    for patch in PATCHES:
        patch.apply()
