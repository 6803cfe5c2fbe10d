"""The messages that announcements become in a channel, by what its people can do there."""

from dataclasses import dataclass

from lambdas.shared.review.events import ASKING
from lambdas.shared.slack.blocks import Block, button, context
from lambdas.shared.slack.messages import Announcement, Message, buttons, closed, ending, request


@dataclass(frozen=True, kw_only=True)
class SlackNotices:
    """Writes a channel's messages. With `buttons` people decide in Slack, otherwise by links.

    `needed` people have to approve. Raises `KeyError` for what is not an announcement.
    """

    buttons: bool = False
    needed: int = 1

    def notice(self, announcement: Announcement) -> Message:
        """A message of its own: a request, a reminder of it, or in short how it ended."""
        if announcement["event"] not in ASKING:
            return _quiet(ending(announcement))
        ways = [_link_buttons(announcement)]
        if self.buttons:
            ways = buttons(announcement, (), self.needed)
        return _quiet(request(announcement, ways, _why(announcement)))

    def reply(self, announcement: Announcement) -> Message:
        """A reminder below the request: links that stay true, since nobody closes a reply."""
        text = f"{_why(announcement)} to decide."
        approve, reject = announcement["approval_link"], announcement["rejection_link"]
        ways = f"<{approve}|Approve> or <{reject}|reject>."
        if self.buttons:
            ways = f"The buttons are above. <{approve}|The page of this review>"
        return _quiet({"text": text, "blocks": [context(f"*{text}* {ways}")]})

    def outcome(self, announcement: Announcement) -> Message:
        """What the request itself becomes in the end."""
        return _quiet(closed(announcement))

    def overtaken(self, announcement: Announcement) -> Message:
        """What a request becomes that was over before it was known where it stands."""
        page = context(f"Over. <{announcement['approval_link']}|The page of this review> says how.")
        return _quiet(request(announcement, [page], "Nothing to decide any more"))


def _why(announcement: Announcement) -> str:
    match announcement["event"]:
        case "review.reminder":
            return f"Reminder: {announcement['time_left']} left"
        case "review.escalated":
            return f"Nobody has decided, {announcement['time_left']} left"
        case _:
            return ""


def _quiet(message: Message) -> Message:
    """Slack shows no previews: a robot that opens links is no reader."""
    return {**message, "unfurl_links": False, "unfurl_media": False}


def _link_buttons(review: Announcement) -> Block:
    approve = button("approve", "Approve", "primary") | {"url": review["approval_link"]}
    reject = button("reject", "Reject", "danger") | {"url": review["rejection_link"]}
    return {"type": "actions", "block_id": "decide", "elements": [approve, reject]}
