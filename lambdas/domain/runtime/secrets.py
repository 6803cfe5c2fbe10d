"""A stage's secrets, read from SSM."""

from collections.abc import Callable
from contextlib import suppress
from functools import cache

from lambdas.domain.runtime.clients import AWS_ERRORS, client


def secret_parameter(name: str) -> Callable[[], str]:
    """Return a reader of an SSM secret. It calls SSM once per process, on first use."""
    ssm = client("ssm")

    @cache
    def read() -> str:
        return ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]

    return read


def secret_read_at_start(name: str) -> Callable[[], str]:
    """The same, but call SSM now, in the init phase, so that no request waits for it.

    If AWS does not respond, the first use calls SSM again.
    """
    read = secret_parameter(name)
    with suppress(*AWS_ERRORS):
        read()
    return read
