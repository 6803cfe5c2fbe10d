"""Resolving a stage: its outputs and credentials."""

from signoff.stage.local_stack import local_stage, local_stages
from signoff.stage.stack import stack_stage, stack_stages
from signoff.stage.stage import Stage

__all__ = ["Stage", "local_stage", "local_stages", "stack_stage", "stack_stages"]
