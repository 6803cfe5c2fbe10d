"""What every function needs: AWS clients, settings, time."""
