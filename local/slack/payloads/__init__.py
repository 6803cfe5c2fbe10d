"""What other programs may send: JSON, Block Kit, messages."""
