"""Monitoring for the team that runs a stage."""
