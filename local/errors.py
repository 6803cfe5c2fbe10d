"""What can go wrong on the local stack; each message names the object and the way out."""


class LocalError(Exception):
    """Anything that stops the local stack; its message is meant for the person at the keyboard."""


class UsageError(LocalError):
    """The command line or a setting is wrong; nothing has been started."""


class ResourceError(LocalError):
    """A resource cannot be made on the local stack as the program describes it."""
