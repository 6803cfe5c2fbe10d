"""The Pulumi program run in process, its resources made through boto3."""
