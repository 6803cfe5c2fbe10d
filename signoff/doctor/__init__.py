"""Checks of a deployed stage, with a fix for every problem found."""
