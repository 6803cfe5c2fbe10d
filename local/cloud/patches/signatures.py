"""Signatures are verified once, by `local/cloud/authentication.py`."""

# Ministack has no type annotations.
# pyright: reportMissingTypeStubs=false

from ministack.core import iam_evaluator


def _checked_by_the_gate(_access_key_id: str, _account_id: str) -> None:
    """Skip ministack's check of users and sessions, which rejects curl's encoding of paths."""


def apply() -> None:
    """Disable ministack's check."""
    iam_evaluator.authenticate = _checked_by_the_gate
