"""What runs on AWS: one folder a function, and `shared`, the domain."""
