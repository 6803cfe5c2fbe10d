"""Attacks run on the same embedded AWS as the tests of the domain."""

from tests.lambdas.conftest import aws_account, aws_calls, cloud, load_handler, world

__all__ = ["aws_account", "aws_calls", "cloud", "load_handler", "world"]
