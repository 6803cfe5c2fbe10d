"""The description of the HTTP API, `docs/openapi.yaml`, held against what runs."""
