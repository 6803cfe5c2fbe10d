"""The evidence bucket, on the embedded AWS."""

from tests.lambdas.datasets.conftest import bucket

__all__ = ["bucket"]
