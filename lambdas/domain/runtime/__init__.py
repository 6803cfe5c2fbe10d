"""What every function has, whatever it does: AWS clients, settings, time."""
