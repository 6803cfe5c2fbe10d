"""The resources of a stage.

`ApprovalFlow` is the whole stage. `ReviewGate` is the part that fits into any other state machine.
Each folder is a concept, and imports only from those below it: `operations` and `workflow` are
above the gate; `callers` and `slack`, then `reviews`, `functions` and `settings`, are below it.
"""

from components.approval_flow import ApprovalFlow, ApprovalFlowArgs
from components.review_gate import ReviewGate, ReviewGateArgs
from components.reviews.evidence import EvidencePlace
from components.settings.decision_rules import DecisionRules
from components.settings.gate_rules import GateRules
from components.settings.keys import SettingsError
from components.settings.rules import ImpossibleRulesError
from components.settings.settings import Settings
from components.settings.slack_connection import SlackConnection
from components.settings.stage import Stage
from components.settings.time_rules import TimeRules

__all__ = [
    "ApprovalFlow",
    "ApprovalFlowArgs",
    "DecisionRules",
    "EvidencePlace",
    "GateRules",
    "ImpossibleRulesError",
    "ReviewGate",
    "ReviewGateArgs",
    "Settings",
    "SettingsError",
    "SlackConnection",
    "Stage",
    "TimeRules",
]
