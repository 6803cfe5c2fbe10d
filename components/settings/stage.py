"""What every component knows about the stage that it is created for."""

from collections.abc import Mapping
from dataclasses import dataclass

PROJECT = "signoff"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stack: its name, how long it keeps logs, whether `pulumi destroy` spares its data."""

    name: str
    log_retention_days: int
    protected: bool

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags of every taggable resource."""
        return {"project": PROJECT, "stage": self.name}
