"""What happens to a review: one module for each thing that does."""
