"""Who waits for the answer of a review: one idea with two forms, and the words of the answer."""
