"""Step Functions does with executions what AWS does: their ends, tokens, children, JSONata."""
