"""Another team's state machine, which only needs the ARN of the review machine.

    pulumi config set reviewMachineArn "$(pulumi stack output review_machine_arn --cwd … -s prod)"
    pulumi up

A rejection fails the task and the execution, so nothing is charged. Stopping the execution cancels
its pending review.
"""

import json

import pulumi
import pulumi_aws as aws

review_machine = pulumi.Config().require("reviewMachineArn")
_, partition, _, region, account, _, name = review_machine.split(":")

definition = {
    "QueryLanguage": "JSONata",
    "StartAt": "AskPeople",
    "States": {
        "AskPeople": {
            "Type": "Task",
            "Resource": f"arn:{partition}:states:::states:startExecution.sync:2",
            "Arguments": {
                "StateMachineArn": review_machine,
                "Input": {
                    "title": "{% 'Charge ' & $states.input.customer & '?' %}",
                    "facts": {"Amount in EUR": "{% $states.input.amount %}"},
                    "links": {"Invoice": "{% $states.input.invoice %}"},
                    "timeout": "30m",
                    "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": (
                        "{% $states.context.Execution.Id %}"
                    ),
                },
            },
            "Output": "{% $merge([$states.input, {'review': $states.result.Output}]) %}",
            "Next": "Charge",
        },
        # Your work goes here. It runs only after an approval.
        "Charge": {"Type": "Succeed"},
    },
}

# https://docs.aws.amazon.com/step-functions/latest/dg/stepfunctions-iam.html
permissions = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "states:StartExecution", "Resource": review_machine},
        {
            "Effect": "Allow",
            "Action": ["states:DescribeExecution", "states:StopExecution"],
            "Resource": f"arn:{partition}:states:{region}:{account}:execution:{name}:*",
        },
        {
            "Effect": "Allow",
            "Action": ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
            "Resource": (
                f"arn:{partition}:events:{region}:{account}:rule/"
                "StepFunctionsGetEventsForStepFunctionsExecutionRule"
            ),
        },
    ],
}

trust = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        }
    ],
}

role = aws.iam.Role("card-charges", assume_role_policy=json.dumps(trust))
ask = aws.iam.RolePolicy("ask-people", role=role.name, policy=json.dumps(permissions))
machine = aws.sfn.StateMachine(
    "card-charges",
    role_arn=role.arn,
    definition=json.dumps(definition),
    # Step Functions checks the role's permissions on creation.
    opts=pulumi.ResourceOptions(depends_on=[ask]),
)

pulumi.export("state_machine_arn", machine.arn)
