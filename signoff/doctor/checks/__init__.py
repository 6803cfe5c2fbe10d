"""What is looked at, a module a subject, each check a function that tells what it finds."""
