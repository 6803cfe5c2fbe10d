"""The web front ends: HTTP requests and responses, routes, pages."""
