"""What runs on AWS: a folder per function, and what they share: `domain` and `datasets`."""
