"""What can be wrong with a request, and the HTTP status that says so."""


class ConsoleError(Exception):
    """A request that the Slack simulator's own interface refuses; `str` is fit for people."""

    status = 400


class Malformed(ConsoleError):
    """The body is not a JSON object, or cannot be stored and shown as it is."""


class NotAnObject(Malformed):
    """The body is JSON, but not an object."""


class Outsider(ConsoleError):
    """Nobody acts on a page who has not come by the address that was printed."""

    status = 403


class NotFound(ConsoleError):
    """There is no such channel, message or button."""

    status = 404


class NotInteractive(ConsoleError):
    """The channel's app cannot receive clicks as it is configured."""

    status = 409


class Unacceptable(ConsoleError):
    """A JSON object, but with a field that is missing, of the wrong type or out of range."""

    status = 422


class Invalid(ValueError):
    """A value that breaks a schema: the JSON pointer to it and the rule that it breaks."""

    def __init__(self, pointer: str, rule: str) -> None:
        super().__init__(f"{pointer or '/'}: {rule}")
        self.pointer = pointer
        self.rule = rule


class WebhookError(Exception):
    """A delivery that Slack refuses: the status and the word that its answer holds.

    `broken` is the rule of Slack's that a block breaks.
    https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling-errors
    """

    def __init__(self, status: int, code: str, broken: Invalid | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.broken = broken


class ApiError(Exception):
    """A call of the Web API that Slack refuses: the error, and messages that explain it.

    https://docs.slack.dev/apis/web-api/#responses
    """

    def __init__(self, error: str, *messages: str) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
