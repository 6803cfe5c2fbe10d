"""Asking people: the request, its way, and the answer."""
