"""Secrets of a stage, which functions read from SSM."""

from collections.abc import Callable
from contextlib import suppress
from functools import cache

from lambdas.domain.runtime.clients import AWS_ERRORS, client


def secret_parameter(name: str) -> Callable[[], str]:
    """Make a reader of a secret in SSM: it asks once in the life of the process, when needed."""
    ssm = client("ssm")

    @cache
    def read() -> str:
        return ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]

    return read


def secret_read_at_start(name: str) -> Callable[[], str]:
    """The same, and ask now: whoever waits for an answer does not wait for that.

    Where AWS does not answer, whoever needs it first asks again.
    """
    read = secret_parameter(name)
    with suppress(*AWS_ERRORS):
        read()
    return read
