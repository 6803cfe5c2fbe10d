"""The workflow that publishes a dataset, and its bucket: the gate's first host."""
