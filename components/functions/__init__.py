"""One hardened Lambda function: its code, its policy, its secrets, and how requests reach it."""
