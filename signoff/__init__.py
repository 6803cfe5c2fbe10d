"""The command line: see and steer what waits, on AWS and on the local stack by the same code.

`commands` is what people type, `screen` what they see, `api` asks the operator API, `executions`
asks Step Functions, `stage` knows where a stage is. Boto3, requests and rich take long to import:
commands import them where they are used, so that help and completion come at once.
"""
