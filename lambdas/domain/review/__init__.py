"""What a review is: fields, rules, times. Pure: nothing here calls AWS or Slack."""
