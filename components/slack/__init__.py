"""The topic of reviews: who hears of it, what did not arrive, and the buttons that answer."""
