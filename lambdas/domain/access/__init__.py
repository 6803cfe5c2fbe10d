"""Access rules of a stage, and the people behind IAM and Slack identities."""
