"""An Airflow DAG that continues after an approval; a rejection fails its task `wait`.

Set the Airflow Variable `review_machine_arn` to the stack output of that name. The connection
`aws_default` needs states:StartExecution on the review machine and states:DescribeExecution on its
executions. Airflow does not stop executions: if you mark a run as failed, its review stays pending
until it is decided or expires.

    pip install apache-airflow-providers-amazon
"""

from datetime import timedelta

from airflow.providers.amazon.aws.operators.step_function import StepFunctionStartExecutionOperator
from airflow.providers.amazon.aws.sensors.step_function import StepFunctionExecutionSensor
from airflow.sdk import dag, task

REVIEW_TIME = timedelta(hours=24)


@dag(schedule=None, params={"rows": 1200})
def publish_prices() -> None:
    """Request a review, wait without occupying a worker, and publish."""
    ask = StepFunctionStartExecutionOperator(
        task_id="ask",
        state_machine_arn="{{ var.value.review_machine_arn }}",
        # Named after the run, so a retried task does not request a second review. A UUID has only
        # characters that Step Functions can log.
        name="{{ macros.uuid.uuid5(macros.uuid.NAMESPACE_OID, dag.dag_id ~ '/' ~ run_id) }}",
        state_machine_input={
            "title": "Publish {{ params.rows }} new prices?",
            "facts": {"Run": "{{ run_id }}", "Rows": "{{ params.rows }}"},
            "requested_by": "airflow",
        },
    )
    wait = StepFunctionExecutionSensor(
        task_id="wait",
        execution_arn="{{ ti.xcom_pull('ask') }}",
        mode="reschedule",
        poke_interval=30,
        timeout=(REVIEW_TIME + timedelta(minutes=15)).total_seconds(),
    )

    @task
    def publish(answer: dict[str, object]) -> str:
        """Your work goes here. It runs only after an approval."""
        return f"approved by {answer['reviewer']}"

    ask >> wait >> publish(wait.output["output"])


publish_prices()
