"""A hardened Lambda function: its code, policy, secrets, and HTTP routes."""
