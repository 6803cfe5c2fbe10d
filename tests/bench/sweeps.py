"""Cost of a sweep when many orphaned reviews expire at once."""

import resource
from datetime import timedelta

from lambdas.domain.runtime import times
from lambdas.domain.store.rows import row_of, values
from tests.bench.aws_calls import calls_of
from tests.lambdas.conftest import make_review, new_review_id
from tests.local_stack import DeployedStage

MANY = 200
DEAD = 10_000
TWO_MINUTES = 120
OWN_STAGE = "bench"
"""The stage's own sweeper ignores reviews of other stages."""


def sweep_cpu(stage: DeployedStage) -> float:
    """Measure the CPU time of sweeping `many` reviews, in units of two minutes."""
    idle = _cpu_seconds_of_a_sweep(stage)
    _store_expired_reviews(stage)
    busy = _cpu_seconds_of_a_sweep(stage)
    return (busy - idle) / MANY * DEAD / TWO_MINUTES


def _store_expired_reviews(stage: DeployedStage) -> None:
    deadline = times.now() - timedelta(minutes=1)
    for n in range(MANY):
        review = make_review(
            review_id=new_review_id(),
            stage=OWN_STAGE,
            task_token=f"gone-{n}",
            deadline=deadline,
            due_at=deadline,
        )
        stage.client("dynamodb").put_item(
            TableName=stage.outputs["reviews_table_name"], Item=values(row_of(review))
        )


def _cpu_seconds_of_a_sweep(stage: DeployedStage) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    calls_of(stage, "sweep_reviews", {}, STAGE=OWN_STAGE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
