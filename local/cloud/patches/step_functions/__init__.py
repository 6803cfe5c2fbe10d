"""Patches for Step Functions: executions, task tokens, nested executions, JSONata."""
