"""The methods `chat.postMessage` and `chat.update`.

https://docs.slack.dev/reference/methods/chat.postMessage
https://docs.slack.dev/reference/methods/chat.update
"""

import re
from dataclasses import replace

from local.slack.errors import ApiError, NotFound, WebhookError
from local.slack.payloads.drafts import Draft, read_draft
from local.slack.payloads.json_body import JsonObject
from local.slack.workspace.feeds import Feed
from local.slack.workspace.messages import BOT, Message

# Undocumented: longer texts are rejected with msg_too_long.
MAX_UPDATED_TEXT = 4000
TIMESTAMP = re.compile(r"\d+\.\d+", re.ASCII)


def post_message(feed: Feed, arguments: JsonObject) -> JsonObject:
    """Post to the channel or to a thread.

    Like Slack, post a reply to a deleted message to the channel, without `thread_ts`.
    """
    draft = _draft(arguments)
    parent = _parent(feed, arguments["thread_ts"]) if "thread_ts" in arguments else None
    if parent is None:
        message = feed.post(draft, author=BOT)
    else:
        broadcast = arguments.get("reply_broadcast", False)
        message = feed.reply(draft, parent, author=BOT, broadcast=broadcast)
    return {"ts": message.ts, "message": message.as_json()}


def _parent(feed: Feed, thread_ts: object) -> Message | None:
    if not isinstance(thread_ts, str) or not TIMESTAMP.fullmatch(thread_ts):
        raise ApiError("invalid_thread_ts", f"[ERROR] {thread_ts} is not a valid thread_ts")
    return feed.thread(thread_ts)


def update(feed: Feed, arguments: JsonObject) -> JsonObject:
    """Update a public message of the bot's own."""
    try:
        message = feed.find(arguments["ts"])
    except NotFound:
        raise ApiError("message_not_found") from None
    if message.author != BOT or message.ephemeral_to is not None:
        raise ApiError("cant_update_message")
    draft = _draft(arguments)
    if len(arguments.get("text", "")) > MAX_UPDATED_TEXT:
        raise ApiError("msg_too_long")
    feed.replace(message.ts, _merged(message.draft, draft, arguments))
    return {"ts": message.ts, "text": message.draft.text, "message": message.as_json()}


def _merged(old: Draft, new: Draft, arguments: JsonObject) -> Draft:
    """Keep blocks unless blocks or a text are given; keep attachments unless given."""
    kept_blocks = old.blocks if not {"text", "blocks"} & arguments.keys() else new.blocks
    kept_attachments = new.attachments if "attachments" in arguments else old.attachments
    return replace(new, blocks=kept_blocks, attachments=kept_attachments)


def _draft(arguments: JsonObject) -> Draft:
    try:
        return read_draft(arguments)
    except WebhookError as refused:
        error = "invalid_arguments" if refused.code == "invalid_payload" else refused.code
        broken = refused.broken
        details = [f"[ERROR] {broken.rule} [json-pointer:{broken.pointer}]"] if broken else []
        raise ApiError(error, *details) from None
