"""Requesting a review and waiting for its decision."""
