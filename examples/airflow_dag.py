"""An Airflow DAG that goes on when a person approves; a rejection fails its task `wait`.

Set `review_machine_arn` to the stage's output of that name, as a Variable of Airflow. The
connection `aws_default` needs states:StartExecution on the review machine and
states:DescribeExecution on its executions. Airflow stops no execution by itself: a run that you
mark as failed leaves its review in the channel until somebody decides or its time is up.

    pip install apache-airflow-providers-amazon
"""

from datetime import timedelta

from airflow.providers.amazon.aws.operators.step_function import StepFunctionStartExecutionOperator
from airflow.providers.amazon.aws.sensors.step_function import StepFunctionExecutionSensor
from airflow.sdk import dag, task

REVIEW_TIME = timedelta(hours=24)


@dag(schedule=None, params={"rows": 1200})
def publish_prices() -> None:
    """Ask, wait without holding a worker, publish."""
    ask = StepFunctionStartExecutionOperator(
        task_id="ask",
        state_machine_arn="{{ var.value.review_machine_arn }}",
        # The same run asks once, however often its task is tried: the execution is named after it,
        # in characters with which Step Functions can log it.
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
        """Do your own work here: it happens after an approval only."""
        return f"approved by {answer['reviewer']}"

    ask >> wait >> publish(wait.output["output"])


publish_prices()
