"""Lambda does with calls what AWS does: environments, retries, errors, queues, durable ones."""
