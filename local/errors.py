"""Errors of the local stack. Messages are for the user and say what to do."""


class LocalError(Exception):
    """An error that stops the local stack; the message is shown to the user."""


class UsageError(LocalError):
    """Invalid command line or setting; nothing was started."""


class ResourceError(LocalError):
    """The local stack cannot create a resource as declared."""
