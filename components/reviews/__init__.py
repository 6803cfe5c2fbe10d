"""Storage of reviews, and the functions that request, decide, remind and close them."""
