"""What a stage consists of.

`ApprovalFlow` is the whole. `ReviewGate` is the half that fits into any other state machine.
"""

from components.approval_flow import ApprovalFlow, ApprovalFlowArgs
from components.decision_rules import DecisionRules, ImpossibleRulesError
from components.review_gate import ReviewGate, ReviewGateArgs
from components.settings import Settings, SettingsError
from components.stage import Stage

__all__ = [
    "ApprovalFlow",
    "ApprovalFlowArgs",
    "DecisionRules",
    "ImpossibleRulesError",
    "ReviewGate",
    "ReviewGateArgs",
    "Settings",
    "SettingsError",
    "Stage",
]
