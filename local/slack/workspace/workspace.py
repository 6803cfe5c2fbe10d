"""The workspace with the channels of all stages."""

from collections.abc import Callable, Sequence

from local.slack.errors import NotFound
from local.slack.workspace.channels import Channel
from local.slack.workspace.feeds import Feed


class Workspace:
    """Channels and their messages, in memory only."""

    def __init__(self, channels: Sequence[Channel], clock: Callable[[], float]) -> None:
        self.clock = clock
        self.feeds: dict[str, Feed] = {}
        for channel in channels:
            self.add(channel)

    def add(self, channel: Channel) -> None:
        """Add an empty channel."""
        self.feeds[channel.stage] = Feed(channel, self.clock)

    def remove(self, stage: str) -> None:
        """Remove a channel and its messages."""
        del self.feeds[stage]

    def feed(self, stage: str) -> Feed:
        """Find a stage's feed; raises `NotFound`."""
        if stage not in self.feeds:
            raise NotFound(f"There is no channel for stage {stage}.")
        return self.feeds[stage]

    def feed_with_id(self, channel_id: object) -> Feed:
        """Find a feed by channel id; raises `NotFound`."""
        for feed in self.feeds.values():
            if feed.channel.id == channel_id:
                return feed
        raise NotFound(f"There is no channel {channel_id}.")
