"""What a stage consists of.

`ApprovalFlow` is the whole. `ReviewGate` is the half that fits into any other state machine.
"""

from components.approval_flow import ApprovalFlow, ApprovalFlowArgs
from components.decision_rules import DecisionRules
from components.review_gate import ReviewGate, ReviewGateArgs
from components.rules import ImpossibleRulesError
from components.settings import Settings, SettingsError
from components.slack_bot import SlackBot
from components.stage import Stage
from components.time_rules import TimeRules

__all__ = [
    "ApprovalFlow",
    "ApprovalFlowArgs",
    "DecisionRules",
    "ImpossibleRulesError",
    "ReviewGate",
    "ReviewGateArgs",
    "Settings",
    "SettingsError",
    "SlackBot",
    "Stage",
    "TimeRules",
]
