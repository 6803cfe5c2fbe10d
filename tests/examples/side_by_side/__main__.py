"""A stage and the examples' durable function in one program, with a common gate."""

import runpy
from pathlib import Path
from unittest.mock import patch

import pulumi

import components
from components import ApprovalFlow, ApprovalFlowArgs, ReviewGate, Settings, Stage

EXAMPLE = Path(__file__).parents[3] / "examples" / "durable_function" / "__main__.py"

flow = ApprovalFlow(
    "signoff",
    ApprovalFlowArgs(
        stage=Stage(name="dev", log_retention_days=7, protected=False),
        settings=Settings.load(pulumi.Config("signoff")),
    ),
)


def gate_of_the_stage(*_: object) -> ReviewGate:
    """Replace the gate that the example creates."""
    return flow.gate


with patch.object(components, "ReviewGate", gate_of_the_stage):
    runpy.run_path(str(EXAMPLE))

pulumi.export("approve_url", pulumi.Output.concat(flow.decision_api_url, "/approve"))
pulumi.export("reject_url", pulumi.Output.concat(flow.decision_api_url, "/reject"))
pulumi.export("decision_api_url", flow.decision_api_url)
pulumi.export("state_machine_arn", flow.state_machine_arn)
pulumi.export("review_machine_arn", flow.review_machine_arn)
