"""Secrets of a stage, which functions read from SSM."""

from collections.abc import Callable
from functools import cache

from lambdas.shared.runtime.clients import client


def secret_parameter(name: str) -> Callable[[], str]:
    """Make a reader of a secret in SSM: it asks once in the life of the process, when needed."""
    ssm = client("ssm")

    @cache
    def read() -> str:
        return ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]

    return read
