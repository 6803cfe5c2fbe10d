"""Patches for Lambda: environments, asynchronous calls, errors, queues, durable functions."""
