"""What a stage consists of.

`ApprovalFlow` is the whole. `ReviewGate` is the half that fits into any other state machine.
Each folder is a concept, and imports only from those below it: `operations` and `workflow` are
above the gate; `callers` and `slack`, then `reviews`, `functions` and `settings`, are below it.
"""

from components.approval_flow import ApprovalFlow, ApprovalFlowArgs
from components.gate_arguments import ReviewGateArgs
from components.review_gate import ReviewGate
from components.reviews.evidence import EvidencePlace
from components.settings.decision_rules import DecisionRules
from components.settings.rules import ImpossibleRulesError
from components.settings.settings import Settings, SettingsError
from components.settings.slack_bot import SlackBot
from components.settings.stage import Stage
from components.settings.time_rules import TimeRules

__all__ = [
    "ApprovalFlow",
    "ApprovalFlowArgs",
    "DecisionRules",
    "EvidencePlace",
    "ImpossibleRulesError",
    "ReviewGate",
    "ReviewGateArgs",
    "Settings",
    "SettingsError",
    "SlackBot",
    "Stage",
    "TimeRules",
]
