# A state machine of another team, made with Terraform, that asks people by the review machine's ARN.
#
#   terraform init
#   terraform apply -var review_machine_arn="$(pulumi stack output review_machine_arn -s prod)"
#
# What it does and what its role may do is in locals.tf.

resource "aws_iam_role" "caller" {
  name_prefix        = "creates-resources-"
  assume_role_policy = jsonencode(local.trust)
}

resource "aws_iam_role_policy" "ask" {
  role   = aws_iam_role.caller.id
  policy = jsonencode(local.permissions)
}

resource "aws_sfn_state_machine" "caller" {
  name_prefix = "creates-resources-"
  role_arn    = aws_iam_role.caller.arn
  definition  = jsonencode(local.definition)

  # Step Functions looks at the role's permissions when the machine is created.
  depends_on = [aws_iam_role_policy.ask]
}

output "state_machine_arn" {
  value = aws_sfn_state_machine.caller.arn
}
