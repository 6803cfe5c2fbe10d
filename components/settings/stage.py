"""The stage that a component belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.settings.names import WrongNameError
from components.settings.rules import BrokenRuleError, stage_name

PROJECT = "signoff"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stack: its name, log retention, and whether `pulumi destroy` keeps its data.

    Raises `WrongNameError` for a name that is not a valid stack name.
    """

    name: str
    log_retention_days: int
    protected: bool

    def __post_init__(self) -> None:
        try:
            stage_name(self.name)
        except BrokenRuleError as broken:
            raise WrongNameError(f"stage {broken}") from None

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags of every taggable resource."""
        return {"project": PROJECT, "stage": self.name}
