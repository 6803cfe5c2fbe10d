"""The Slack simulator's errors and their HTTP statuses."""


class ConsoleError(Exception):
    """A request to the console's own interface is invalid. The message is shown to people."""

    status = 400


class Malformed(ConsoleError):
    """The body is not a JSON object, or not valid Unicode."""


class NotAnObject(Malformed):
    """The body is JSON, but not an object."""


class NotSignedIn(ConsoleError):
    """The request lacks the token of the printed link."""

    status = 403


class NotFound(ConsoleError):
    """The channel, message or button does not exist."""

    status = 404


class NotInteractive(ConsoleError):
    """The stage is not configured to receive clicks or commands."""

    status = 409


class Unacceptable(ConsoleError):
    """A field is missing, of the wrong type or out of range."""

    status = 422


class Invalid(ValueError):
    """A value violates a schema: its JSON pointer and the rule."""

    def __init__(self, pointer: str, rule: str) -> None:
        super().__init__(f"{pointer or '/'}: {rule}")
        self.pointer = pointer
        self.rule = rule


class WebhookError(Exception):
    """A delivery that Slack rejects, with the response's status and error code.

    `broken` is the Block Kit rule that a block violates.
    https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling-errors
    """

    def __init__(self, status: int, code: str, broken: Invalid | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.broken = broken


class ApiError(Exception):
    """A Web API call that Slack rejects, with its error code and details.

    https://docs.slack.dev/apis/web-api/#responses
    """

    def __init__(self, error: str, *messages: str) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
