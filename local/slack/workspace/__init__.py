"""What the workspace holds: its people, its channels, and what stands in them."""
