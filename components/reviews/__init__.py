"""What a review needs, whoever asks and wherever people are told."""
