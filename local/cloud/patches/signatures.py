"""Signatures are checked once, by the gate in front of everything (`local/cloud/gate.py`)."""

# Ministack comes without types.
# pyright: reportMissingTypeStubs=false

from ministack.core import iam_evaluator


def _checked_by_the_gate(_access_key_id: str, _account_id: str) -> None:
    """Ministack checks those of users and sessions before it looks at their policies.

    It knows only one way to write the path of an HTTP API, and curl has another.
    """


def apply() -> None:
    """Leave it to the policies."""
    iam_evaluator.authenticate = _checked_by_the_gate
