variable "review_machine_arn" {
  description = "The output review_machine_arn of the stage that asks: pulumi stack output review_machine_arn -s prod"
  type        = string
}
