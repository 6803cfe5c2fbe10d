"""The laptop: an embedded AWS, the deployment into it and a Slack stand-in."""
