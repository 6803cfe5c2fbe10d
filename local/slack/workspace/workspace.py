"""The workspace: the channels of every stage, each with what it holds."""

from collections.abc import Callable, Sequence

from local.slack.errors import NotFound
from local.slack.workspace.channels import Channel
from local.slack.workspace.feeds import Feed


class Workspace:
    """Everything that is shown, in memory only."""

    def __init__(self, channels: Sequence[Channel], clock: Callable[[], float]) -> None:
        self.clock = clock
        self.feeds: dict[str, Feed] = {}
        for channel in channels:
            self.add(channel)

    def add(self, channel: Channel) -> None:
        """Open a channel, with nothing in it."""
        self.feeds[channel.stage] = Feed(channel, self.clock)

    def remove(self, stage: str) -> None:
        """Take a channel away, with all that it holds."""
        del self.feeds[stage]

    def feed(self, stage: str) -> Feed:
        """The stage's feed; raises `NotFound`."""
        if stage not in self.feeds:
            raise NotFound(f"there is no channel for the stage {stage}")
        return self.feeds[stage]

    def feed_with_id(self, channel_id: object) -> Feed:
        """The feed of the channel with this id; raises `NotFound`."""
        for feed in self.feeds.values():
            if feed.channel.id == channel_id:
                return feed
        raise NotFound(f"there is no channel {channel_id}")
