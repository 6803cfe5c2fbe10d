# Another team's state machine in Terraform, which requests reviews by the review machine's ARN.
#
#   terraform init
#   terraform apply -var review_machine_arn="$(pulumi stack output review_machine_arn -s prod)"
#
# Its definition and permissions are in locals.tf.

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

  # Step Functions checks the role's permissions on creation.
  depends_on = [aws_iam_role_policy.ask]
}

output "state_machine_arn" {
  value = aws_sfn_state_machine.caller.arn
}
