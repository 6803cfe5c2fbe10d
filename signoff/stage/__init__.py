"""Where a stage is, and as whom to talk to it."""

from signoff.stage.laptop import laptop_stage, laptop_stages
from signoff.stage.stack import stack_stage, stack_stages
from signoff.stage.stage import Stage

__all__ = ["Stage", "laptop_stage", "laptop_stages", "stack_stage", "stack_stages"]
