"""The operator API, for people identified by IAM."""
