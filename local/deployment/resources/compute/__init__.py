"""Lambda: functions, their code and what they read from."""
