variable "review_machine_arn" {
  description = "The stage's output review_machine_arn: pulumi stack output review_machine_arn -s prod"
  type        = string
}
