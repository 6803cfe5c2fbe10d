"""A private browser window that records its requests and errors."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    WebError,
)

from tests.stages import TOKEN

if TYPE_CHECKING:
    from tests.browser.hands import Hands
    from tests.local_stack import DeployedStage

# Chromium logs this for every page with a 4xx status, which may be expected.
ABOUT_STATUS = "Failed to load resource: the server responded with a status of 4"


class Window:
    """A window and its input method."""

    def __init__(self, context: BrowserContext, hands: "Hands") -> None:
        self.context = context
        self.hands = hands
        self.requests: list[Request] = []
        self.complaints: list[str] = []
        context.on("request", self._note_request)
        context.on("response", self._note_response)
        context.on("console", self._note_console)
        context.on("weberror", self._note_error)

    def open(self, url: str) -> Page:
        """Open an address in a new tab."""
        page = self.context.new_page()
        page.goto(url)
        return page

    def open_channel(self, stage: "DeployedStage", review_id: str, user_id: str = "") -> Page:
        """Open the stage's channel at the message of a review.

        `user_id` is the viewer, by default the first person of the workspace.
        """
        message = stage.message_with(f"approve?review={review_id}")
        query = urlencode({"token": TOKEN, **({"as": user_id} if user_id else {})})
        channel = f"{stage.console_url}/channels/{stage.channel}"
        return self.open(f"{channel}?{query}#m{message['ts']}")

    def follow(self, link: Locator) -> Page:
        """Click a link that opens a new tab."""
        with self.context.expect_page() as opened:
            self.hands.press(link)
        opened.value.wait_for_load_state()
        return opened.value

    def posts(self) -> int:
        """The number of submitted forms."""
        return sum(request.method == "POST" for request in self.requests)

    def _note_request(self, request: Request) -> None:
        self.requests.append(request)

    def _note_response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.complaints.append(f"{response.status} {response.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(ABOUT_STATUS):
            self.complaints.append(f"{message.type}: {message.text}")

    def _note_error(self, problem: WebError) -> None:
        self.complaints.append(str(problem.error))
