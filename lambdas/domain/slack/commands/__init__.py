"""`/signoff` in Slack: what waits, how a review stands, what was decided."""
