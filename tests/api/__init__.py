"""Checks of the HTTP API's description, `docs/openapi.yaml`, against the implementation."""
