"""What an ARN tells about where a thing is: `arn:aws:SERVICE:REGION:ACCOUNT:NAME`."""

import pulumi


def region_in(arn: str) -> str:
    """The region."""
    return arn.split(":")[3]


def account_of(arn: pulumi.Output[str]) -> pulumi.Output[str]:
    """The account."""
    return arn.apply(lambda known: known.split(":")[4])


def executions_of(state_machine_arn: pulumi.Output[str]) -> pulumi.Output[str]:
    """What the ARNs of a state machine's executions start with."""
    return state_machine_arn.apply(lambda arn: arn.replace(":stateMachine:", ":execution:"))
