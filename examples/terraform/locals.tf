locals {
  # arn:aws:states:REGION:ACCOUNT:stateMachine:NAME
  review_machine    = split(":", var.review_machine_arn)
  partition         = local.review_machine[1]
  region            = local.review_machine[3]
  account           = local.review_machine[4]
  review_executions = "${replace(var.review_machine_arn, ":stateMachine:", ":execution:")}:*"

  definition = {
    Comment       = "Creates resources after an approval."
    QueryLanguage = "JSONata"
    StartAt       = "AskPeople"
    States = {
      AskPeople = {
        Type     = "Task"
        Resource = "arn:${local.partition}:states:::states:startExecution.sync:2"
        Arguments = {
          StateMachineArn = var.review_machine_arn
          Input = {
            title = "{% 'Create ' & $states.input.resources & ' resources for ' & $states.input.team & '?' %}"
            facts = {
              Team      = "{% $states.input.team %}"
              Resources = "{% $states.input.resources %}"
            }
            AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID = "{% $states.context.Execution.Id %}"
          }
        }
        Output = "{% $merge([$states.input, {'review': $states.result.Output}]) %}"
        Next   = "Create"
      }
      # Your work goes here. It runs only after an approval; otherwise the task and the execution fail.
      Create = {
        Type = "Pass"
        End  = true
      }
    }
  }

  # Required by startExecution.sync:2: start a review, wait for it, and stop it with the caller.
  # https://docs.aws.amazon.com/step-functions/latest/dg/stepfunctions-iam.html
  permissions = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Ask"
        Effect   = "Allow"
        Action   = "states:StartExecution"
        Resource = var.review_machine_arn
      },
      {
        Sid      = "FollowTheReviewAndStopIt"
        Effect   = "Allow"
        Action   = ["states:DescribeExecution", "states:StopExecution"]
        Resource = local.review_executions
      },
      {
        Sid      = "HearOfItsEnd"
        Effect   = "Allow"
        Action   = ["events:PutTargets", "events:PutRule", "events:DescribeRule"]
        Resource = "arn:${local.partition}:events:${local.region}:${local.account}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"
      },
    ]
  }

  trust = {
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "states.amazonaws.com" }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
    ]
  }
}
