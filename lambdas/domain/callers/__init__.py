"""What waits for the answer to a review: one idea with two forms, and the answer itself."""
