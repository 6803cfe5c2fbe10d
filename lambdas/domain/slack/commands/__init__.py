"""The slash command `/signoff`: pending reviews, one review, recent decisions."""
