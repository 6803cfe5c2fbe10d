"""The command line: view and decide reviews, on AWS and on the local stack with the same code.

`commands` defines the subcommands, `screen` renders output, `api` calls the operator and asker
APIs, `executions` calls Step Functions, `stage` resolves a stage. boto3, requests and rich are slow
to import, so commands import them lazily to keep help and completion fast.
"""
