"""What connects: HTTP APIs, topics, queues, rules and schedules, state machines."""
