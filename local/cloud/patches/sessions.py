"""Credentials that have expired are known as such, however long ago that was."""

# Ministack comes without types, and keeps what it is made of in private names.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from ministack.services import sts


def _keep_expired_sessions() -> None:
    """Forget nobody: ministack drops what has expired as soon as anybody assumes a role.

    From then on it says "invalid" of what AWS calls "expired", and people look for a wrong key.
    """


def apply() -> None:
    """Keep sessions for as long as the laptop runs, which is a few bytes each."""
    sts._evict_expired_sessions = _keep_expired_sessions
