"""Runs the Pulumi program in process and creates its resources through boto3."""
