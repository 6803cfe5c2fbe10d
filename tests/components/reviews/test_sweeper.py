"""The sweeper processes due reviews every minute."""

from tests.components.deployments import Deployment, statements

FUNCTION = "arn:aws:lambda:eu-central-1:111111111111:function:"
SWEEPER = f"{FUNCTION}signoff-gate-sweep-reviews-0a1b2c3"


def test_the_function_is_called_every_minute_on_the_minute(deployment: Deployment) -> None:
    schedule = deployment.one("Schedule").inputs
    assert schedule["scheduleExpression"] == "rate(1 minute)"
    assert schedule["flexibleTimeWindow"] == {"mode": "OFF"}
    assert schedule["target"]["arn"] == SWEEPER


def test_a_failed_sweep_is_not_retried(deployment: Deployment) -> None:
    assert deployment.one("Schedule").inputs["target"]["retryPolicy"] == {"maximumRetryAttempts": 0}
    config = deployment.one("FunctionEventInvokeConfig", "sweep-reviews-retries").inputs
    assert config["functionName"] == SWEEPER.removeprefix(FUNCTION)
    assert config["maximumRetryAttempts"] == 0
    assert config["maximumEventAgeInSeconds"] == 60


def test_the_schedule_may_only_call_this_function(deployment: Deployment) -> None:
    target = deployment.one("Schedule").inputs["target"]
    assert target["roleArn"].endswith(":role/signoff-gate-sweep-reviews-schedule-0a1b2c3")
    (statement,) = statements(deployment, "sweep-reviews-schedule")
    assert statement["Action"] == "lambda:InvokeFunction"
    assert statement["Resource"] == SWEEPER


def test_the_schedules_role_is_for_schedules_of_this_account(deployment: Deployment) -> None:
    trust = deployment.one("Role", "sweep-reviews-schedule").json("assumeRolePolicy")
    (statement,) = trust["Statement"]
    assert statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "111111111111"}}


def test_the_schedule_is_created_after_its_permission(deployment: Deployment) -> None:
    after = {urn.rsplit("::", 1)[-1] for urn in deployment.one("Schedule").dependencies}
    assert "signoff-gate-sweep-reviews-schedule-policy" in after
